import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { Database } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { ApiKeyRow, fromApiKeyRow } from './api-key-row.ts';
import { toProtoKey } from './api-key-proto.ts';

/** One key of the caller's tenant. */
export function getApiKey({ database, clock }: { database: Database; clock: Clock }) {
  return handler(AuthService.method.getApiKey, ({ keyId }, call) =>
    database.read(call, async (rows) => {
      const row = await rows.find(ApiKeyRow, { keyId, tenantId: call.tenantId });
      if (!row) throw notFound('key', keyId);
      return { key: toProtoKey(fromApiKeyRow(row), clock.now()) };
    }),
  );
}
