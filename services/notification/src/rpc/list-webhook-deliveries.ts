import { isId } from '@tollgate/api';
import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, pages, type RpcHandler } from '@tollgate/runtime/rpc';
import { listDeliveries } from '../store/delivery-store.ts';
import { toProtoDelivery } from './to-proto.ts';

const PAGE_SIZE_DEFAULT = 50;

/** The delivery that a page token of this list names. */
function beforeOf(value: unknown): string | undefined {
  const before = (value as { before?: unknown } | null)?.before;
  return isId('whd', before) ? before : undefined;
}

/** Deliveries of the caller's tenant, newest first. */
export function listWebhookDeliveries({ database }: { database: Database }): RpcHandler {
  return handler(NotificationService.method.listWebhookDeliveries, (input, call) =>
    database.read(call, async (rows) => {
      const limit = input.pageSize || PAGE_SIZE_DEFAULT;
      const before = pages.decode(input.pageToken, beforeOf) ?? '';
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
