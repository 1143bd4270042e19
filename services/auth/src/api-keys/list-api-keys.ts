import { isId } from '@tollgate/api';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, pageOf } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { toProtoKey } from './api-key-proto.ts';
import { listKeys } from './api-key-store.ts';

/** The tenant's keys, newest first. */
export function listApiKeys({ database, clock }: { database: Database; clock: Clock }) {
  return handler(AuthService.method.listApiKeys, async (input, call) => {
    const { tenantId } = call;
    const page = pageOf(input, positionOf);
    const wanted = { tenantId, before: page.after?.before, limit: page.limit };
    const found = await database.read(call, (rows) => listKeys(rows, wanted));
    const { entries, nextPageToken } = page.of(found, ({ keyId }) => ({ before: keyId }));
    const at = clock.now();
    return { keys: entries.map((key) => toProtoKey(key, at)), nextPageToken };
  });
}

function positionOf(value: unknown): { before: string } | undefined {
  const { before } = (value ?? {}) as { before?: unknown };
  return isId('key', before) ? { before } : undefined;
}
