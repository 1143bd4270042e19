import { toProtoTime } from '@tollgate/api';
import * as events from '@tollgate/api/events';
import type { ApiKeyChangedSchema } from '@tollgate/api/tollgate/auth/v1/events';
import type { OutgoingEvent } from '@tollgate/runtime/database';
import type { ApiKey } from './domain/api-key.ts';

/** `auth.key.changed`: the key as it is now, without anything secret. */
export function keyChanged(key: ApiKey): OutgoingEvent<typeof ApiKeyChangedSchema> {
  const { keyId, tenantId, environment, name, last4, revokeTime } = key;
  return {
    type: events.keyChanged,
    tenantId,
    environment,
    entityId: keyId,
    payload: {
      keyId,
      tenantId,
      environment,
      status: revokeTime ? 'revoked' : 'active',
      name,
      last4,
      ...(revokeTime ? { revokeTime: toProtoTime(revokeTime) } : {}),
    },
  };
}
