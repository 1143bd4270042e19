import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import type { Database } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler, type RpcHandler } from '@tollgate/runtime/rpc';
import { deleteEndpoint, findEndpoint } from './endpoint-store.ts';

/** Removes an endpoint with its deliveries. */
export function deleteWebhookEndpoint({ database }: { database: Database }): RpcHandler {
  return handler(NotificationService.method.deleteWebhookEndpoint, ({ endpointId }, call) =>
    database.write(call, async (rows) => {
      const endpoint = await findEndpoint(rows, endpointId, { lock: 'update' });
      if (!endpoint) throw notFound('webhook endpoint', endpointId);
      await deleteEndpoint(rows, endpoint);
      return {};
    }),
  );
}
