import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { Database } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { toProtoKey } from './api-key-proto.ts';
import { findKey } from './api-key-store.ts';

/** One key of the caller's tenant. */
export function getApiKey({ database, clock }: { database: Database; clock: Clock }) {
  return handler(AuthService.method.getApiKey, async ({ keyId }, call) => {
    const { tenantId } = call;
    const key = await database.read(call, (rows) => findKey(rows, { keyId, tenantId }));
    if (!key) throw notFound('key', keyId);
    return { key: toProtoKey(key, clock.now()) };
  });
}
