import { isId } from '@tollgate/api';
import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, pageOf, type RpcHandler } from '@tollgate/runtime/rpc';
import { toProtoDelivery } from './delivery-proto.ts';
import { listDeliveries } from './delivery-store.ts';

/** Deliveries of the caller's tenant, newest first. */
export function listWebhookDeliveries({ database }: { database: Database }): RpcHandler {
  return handler(NotificationService.method.listWebhookDeliveries, (input, call) =>
    database.read(call, async (rows) => {
      const page = pageOf(input, beforeOf);
      const { endpointId, status } = input;
      const { after: before = '', limit } = page;
      const found = await listDeliveries(rows, { endpointId, status, before, limit });
      const { entries, nextPageToken } = page.of(found, (last) => ({ before: last.deliveryId }));
      return { deliveries: entries.map(toProtoDelivery), nextPageToken };
    }),
  );
}

/** The delivery that a page token of this list names. */
function beforeOf(value: unknown): string | undefined {
  const before = (value as { before?: unknown } | null)?.before;
  return isId('whd', before) ? before : undefined;
}
