import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import type { Database } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler, type RpcHandler } from '@tollgate/runtime/rpc';
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
