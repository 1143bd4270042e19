import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, type RpcHandler } from '@tollgate/runtime/rpc';
import { ENDPOINTS_MAX } from '../domain/endpoint.ts';
import { EndpointRow, fromEndpointRow } from '../store/endpoint-row.ts';
import { toProtoEndpoint } from './to-proto.ts';

/** The tenant's endpoints, newest first. */
export function listWebhookEndpoints({ database }: { database: Database }): RpcHandler {
  return handler(NotificationService.method.listWebhookEndpoints, (_, call) =>
    database.read(call, async (rows) => {
      const found = await rows.findAll(
        EndpointRow,
        {},
        { orderBy: { endpointId: 'desc' }, limit: ENDPOINTS_MAX },
      );
      return { endpoints: found.map((row) => toProtoEndpoint(fromEndpointRow(row))) };
    }),
  );
}
