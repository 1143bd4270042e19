import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { KeyDirectory } from '@tollgate/credentials';
import type { Database } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { toProtoKey } from './api-key-proto.ts';
import { findKey, updateKey } from './api-key-store.ts';
import { keyChanged } from './key-events.ts';

/** What the revocation of a key works with. */
export interface RevokeApiKeyParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly keys: KeyDirectory;
}

/** Revokes a key for good. A key that is revoked already answers the same and tells nobody. */
export function revokeApiKey({ database, clock, keys }: RevokeApiKeyParts) {
  return handler(AuthService.method.revokeApiKey, async ({ keyId }, call) => {
    const { tenantId } = call;
    const at = clock.now();
    const answer = await database.write(call, async (rows) => {
      const key = await findKey(rows, { keyId, tenantId }, { lock: 'update' });
      if (!key) throw notFound('key', keyId);
      if (key.revokeTime) return { key: toProtoKey(key, at) };
      const revoked = { ...key, revokeTime: at };
      await updateKey(rows, revoked, at);
      rows.emit(keyChanged(revoked));
      return { key: toProtoKey(revoked, at) };
    });
    keys.revoke(keyId, at);
    return answer;
  });
}
