import { isId } from '@tollgate/api';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, pageOf } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { ApiKeyRow, fromApiKeyRow } from './api-key-row.ts';
import { toProtoKey } from './api-key-proto.ts';

/** The tenant's keys, newest first: ids sort by the time of their making. */
export function listApiKeys({ database, clock }: { database: Database; clock: Clock }) {
  return handler(AuthService.method.listApiKeys, (input, call) =>
    database.read(call, async (rows) => {
      const page = pageOf(input, positionOf);
      const { after } = page;
      const found = await rows.findAll(
        ApiKeyRow,
        { tenantId: call.tenantId, ...(after ? { keyId: { $lt: after.before } } : {}) },
        { orderBy: { keyId: 'desc' }, limit: page.limit },
      );
      const { entries, nextPageToken } = page.of(found, ({ keyId }) => ({ before: keyId }));
      const at = clock.now();
      return { keys: entries.map((row) => toProtoKey(fromApiKeyRow(row), at)), nextPageToken };
    }),
  );
}

function positionOf(value: unknown): { before: string } | undefined {
  const { before } = (value ?? {}) as { before?: unknown };
  return isId('key', before) ? { before } : undefined;
}
