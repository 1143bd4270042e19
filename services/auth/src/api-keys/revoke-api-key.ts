import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { Database } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import type { KeyDirectory } from './key-directory.ts';
import { keyChanged } from './key-events.ts';
import { ApiKeyRow, fromApiKeyRow } from './api-key-row.ts';
import { toProtoKey } from './api-key-proto.ts';

/** Revokes a key for good. A key that is revoked already answers the same and tells nobody. */
export function revokeApiKey(parts: { database: Database; clock: Clock; keys: KeyDirectory }) {
  return handler(AuthService.method.revokeApiKey, async ({ keyId }, call) => {
    const at = parts.clock.now();
    const answer = await parts.database.write(call, async (rows) => {
      const row = await rows.find(
        ApiKeyRow,
        { keyId, tenantId: call.tenantId },
        { lock: 'update' },
      );
      if (!row) throw notFound('key', keyId);
      if (!row.revokeTime) {
        row.revokeTime = at;
        row.changeTime = at;
        rows.emit(keyChanged(fromApiKeyRow(row)));
      }
      return { key: toProtoKey(fromApiKeyRow(row), at) };
    });
    parts.keys.revoke(keyId, at);
    return answer;
  });
}
