import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, idPosition, pageOf, type RpcHandler } from '@tollgate/runtime/rpc';
import { toProtoDelivery } from './delivery-proto.ts';
import { listDeliveries } from './delivery-store.ts';

/** Deliveries of the caller's tenant, newest first. */
export function listWebhookDeliveries({ database }: { database: Database }): RpcHandler {
  return handler(NotificationService.method.listWebhookDeliveries, (input, call) =>
    database.read(call, async (rows) => {
      const page = pageOf(input, idPosition('whd'));
      const { endpointId, status } = input;
      const before = page.from?.id ?? '';
      const wanted = { endpointId, status, before, limit: page.limit };
      const found = await listDeliveries(rows, wanted);
      const { entries, nextPageToken } = page.of(found, (last) => ({ id: last.deliveryId }));
      return { deliveries: entries.map(toProtoDelivery), nextPageToken };
    }),
  );
}
