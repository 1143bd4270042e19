import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, type RpcHandler } from '@tollgate/runtime/rpc';
import { toProtoEndpoint } from './endpoint-proto.ts';
import { findEndpoint } from './endpoint-store.ts';

/** One endpoint of the caller's tenant. */
export function getWebhookEndpoint({ database }: { database: Database }): RpcHandler {
  return handler(NotificationService.method.getWebhookEndpoint, ({ endpointId }, call) =>
    database.read(call, async (rows) => ({
      endpoint: toProtoEndpoint(await findEndpoint(rows, endpointId)),
    })),
  );
}
