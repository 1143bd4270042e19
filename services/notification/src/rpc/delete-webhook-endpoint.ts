import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import { type Database, handler, notFound, type RpcHandler } from '@tollgate/runtime';
import { EndpointRow } from '../store/endpoint-row.ts';

/** Removes an endpoint with its deliveries. */
export function deleteWebhookEndpoint({ database }: { database: Database }): RpcHandler {
  return handler(NotificationService.method.deleteWebhookEndpoint, ({ endpointId }, call) =>
    database.write(call, async (rows) => {
      const row = await rows.find(EndpointRow, { endpointId }, { lock: 'update' });
      if (!row) throw notFound('webhook endpoint', endpointId);
      rows.remove(row);
      return {};
    }),
  );
}
