import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, type RpcHandler } from '@tollgate/runtime/rpc';
import { deleteEndpoint } from './endpoint-store.ts';

/** Removes an endpoint with its deliveries. */
export function deleteWebhookEndpoint({ database }: { database: Database }): RpcHandler {
  return handler(NotificationService.method.deleteWebhookEndpoint, ({ endpointId }, call) =>
    database.write(call, async (rows) => {
      await deleteEndpoint(rows, endpointId);
      return {};
    }),
  );
}
