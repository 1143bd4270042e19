import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import type { Database } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler, type RpcHandler } from '@tollgate/runtime/rpc';
import { toProtoEndpoint } from './endpoint-proto.ts';
import { findEndpoint } from './endpoint-store.ts';

/** One endpoint of the caller's tenant. */
export function getWebhookEndpoint({ database }: { database: Database }): RpcHandler {
  return handler(NotificationService.method.getWebhookEndpoint, ({ endpointId }, call) =>
    database.read(call, async (rows) => {
      const endpoint = await findEndpoint(rows, endpointId);
      if (!endpoint) throw notFound('webhook endpoint', endpointId);
      return { endpoint: toProtoEndpoint(endpoint) };
    }),
  );
}
