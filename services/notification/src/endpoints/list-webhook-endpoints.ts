import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, type RpcHandler } from '@tollgate/runtime/rpc';
import { ENDPOINTS_MAX } from './domain/endpoint.ts';
import { toProtoEndpoint } from './endpoint-proto.ts';
import { listEndpoints } from './endpoint-store.ts';

/** The tenant's endpoints, newest first. */
export function listWebhookEndpoints({ database }: { database: Database }): RpcHandler {
  return handler(NotificationService.method.listWebhookEndpoints, (_, call) => {
    const wanted = { tenantId: call.tenantId, limit: ENDPOINTS_MAX };
    return database.read(call, async (rows) => ({
      endpoints: (await listEndpoints(rows, wanted)).map(toProtoEndpoint),
    }));
  });
}
