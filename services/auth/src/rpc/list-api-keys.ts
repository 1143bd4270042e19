import { isId } from '@tollgate/api';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, pages } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { ApiKeyRow, fromApiKeyRow } from '../store/api-key-row.ts';
import { toProtoKey } from './to-proto-key.ts';

/** Keys on a page when the caller does not say. */
const pageSizeDefault = 50;

/** The tenant's keys, newest first: ids sort by the time of their making. */
export function listApiKeys({ database, clock }: { database: Database; clock: Clock }) {
  return handler(AuthService.method.listApiKeys, (input, call) =>
    database.read(call, async (rows) => {
      const size = input.pageSize || pageSizeDefault;
      const from = pages.decode(input.pageToken, positionOf);
      const found = await rows.findAll(
        ApiKeyRow,
        { tenantId: call.tenantId, ...(from ? { keyId: { $lt: from.before } } : {}) },
        { orderBy: { keyId: 'desc' }, limit: size + 1 },
      );
      const page = found.slice(0, size).map(fromApiKeyRow);
      const before = found.length > size ? page.at(-1)?.keyId : undefined;
      return {
        keys: page.map((key) => toProtoKey(key, clock.now())),
        nextPageToken: before ? pages.encode({ before }) : '',
      };
    }),
  );
}

function positionOf(value: unknown): { before: string } | undefined {
  const { before } = (value ?? {}) as { before?: unknown };
  return isId('key', before) ? { before } : undefined;
}
