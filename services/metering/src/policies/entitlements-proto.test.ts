import { create } from '@bufbuild/protobuf';
import { expect, test } from '@jest/globals';
import { EntitlementsSchema } from '@tollgate/api/tollgate/billing/v1/events';
import { fromProtoEntitlements } from './entitlements-proto.ts';

test.each(['', 'ten_', 'else', 'usr_01h455vb4pex5vsknk084sn02q'])(
  'entitlements of %p, which is no tenant, are refused',
  (tenantId) => {
    const entitlements = create(EntitlementsSchema, { tenantId, version: 1n });
    expect(() => fromProtoEntitlements(entitlements)).toThrow(/is no tenant/);
  },
);
