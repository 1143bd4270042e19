import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, idPosition, pageOf } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { toProtoKey } from './api-key-proto.ts';
import { listKeys } from './api-key-store.ts';

/** The tenant's keys, newest first. */
export function listApiKeys({ database, clock }: { database: Database; clock: Clock }) {
  return handler(AuthService.method.listApiKeys, async (input, call) => {
    const { tenantId } = call;
    const page = pageOf(input, idPosition('key'));
    const wanted = { tenantId, before: page.from?.id, limit: page.limit };
    const found = await database.read(call, (rows) => listKeys(rows, wanted));
    const { entries, nextPageToken } = page.of(found, ({ keyId }) => ({ id: keyId }));
    const at = clock.now();
    return { keys: entries.map((key) => toProtoKey(key, at)), nextPageToken };
  });
}
