import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import type { Database } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { handler, type RpcHandler } from '@tollgate/runtime/rpc';
import { EndpointRow, fromEndpointRow } from '../store/endpoint-row.ts';
import { toProtoEndpoint } from './to-proto.ts';

/** One endpoint of the caller's tenant. */
export function getWebhookEndpoint({ database }: { database: Database }): RpcHandler {
  return handler(NotificationService.method.getWebhookEndpoint, ({ endpointId }, call) =>
    database.read(call, async (rows) => {
      const row = await rows.find(EndpointRow, { endpointId });
      if (!row) throw notFound('webhook endpoint', endpointId);
      return { endpoint: toProtoEndpoint(fromEndpointRow(row)) };
    }),
  );
}
