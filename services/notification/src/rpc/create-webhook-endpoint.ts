import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import { type Database, newId } from '@tollgate/runtime/database';
import { tooMany } from '@tollgate/runtime/errors';
import { handler, type RpcHandler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { ENDPOINTS_MAX } from '../domain/endpoint.ts';
import { newEndpointSecret } from '../domain/signature.ts';
import { refusalOfUrl, type TargetPolicy } from '../domain/target-address.ts';
import { webhookTargetRefused } from '../errors.ts';
import { EndpointRow, fromEndpointRow } from '../store/endpoint-row.ts';
import type { SecretBox } from '../store/secret-box.ts';
import { toProtoEndpoint } from './to-proto.ts';

/** Adds an endpoint; its secret is shown here and never again. */
export function createWebhookEndpoint(parts: {
  database: Database;
  clock: Clock;
  secrets: SecretBox;
  policy: TargetPolicy;
}): RpcHandler {
  return handler(NotificationService.method.createWebhookEndpoint, async (input, call) => {
    const refusal = refusalOfUrl(input.url, parts.policy);
    if (refusal) throw webhookTargetRefused(refusal);
    return parts.database.write(call, async (rows) => {
      // Taken so that two calls at once cannot both add the last one.
      await rows.lock('notification.endpoint', call.tenantId);
      const existing = await rows.findAll(EndpointRow, {}, { limit: ENDPOINTS_MAX });
      if (existing.length >= ENDPOINTS_MAX) throw tooMany('webhook endpoints', ENDPOINTS_MAX);

      const endpointId = newId('whe');
      const secret = newEndpointSecret();
      const row = rows.insert(EndpointRow, {
        endpointId,
        tenantId: call.tenantId,
        url: input.url,
        eventTypes: [...input.eventTypes],
        secretSealed: parts.secrets.seal(secret, endpointId),
        status: 'active',
        disabledReason: '',
        createTime: parts.clock.now(),
      });
      return { endpointId, secret, endpoint: toProtoEndpoint(fromEndpointRow(row)) };
    });
  });
}
