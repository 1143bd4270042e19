import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import { type Database, handler, pages, type RpcHandler } from '@tollgate/runtime';
import { listDeliveries } from '../store/delivery-store.ts';
import { toProtoDelivery } from './to-proto.ts';

const PAGE_SIZE_DEFAULT = 50;

/** Deliveries of the caller's tenant, newest first. */
export function listWebhookDeliveries({ database }: { database: Database }): RpcHandler {
  return handler(NotificationService.method.listWebhookDeliveries, (input, call) =>
    database.read(call, async (rows) => {
      const limit = input.pageSize || PAGE_SIZE_DEFAULT;
      const { before } = input.pageToken
        ? pages.decode(input.pageToken, { before: 'string' })
        : { before: '' };
      const { endpointId, status } = input;
      const found = await listDeliveries(rows, { endpointId, status, before, limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return {
        deliveries: page.map(toProtoDelivery),
        nextPageToken:
          found.length > limit && last ? pages.encode({ before: last.deliveryId }) : '',
      };
    }),
  );
}
