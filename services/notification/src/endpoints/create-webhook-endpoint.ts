import { randomBytes } from 'node:crypto';
import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import { type Database, newId } from '@tollgate/runtime/database';
import { tooMany } from '@tollgate/runtime/errors';
import { handler, type RpcHandler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { webhookTargetRefused } from '../errors.ts';
import { ENDPOINTS_MAX, type WebhookEndpoint } from './domain/endpoint.ts';
import { newEndpointSecret } from './domain/endpoint-secret.ts';
import { refusalOfUrl, type TargetPolicy } from './domain/target-address.ts';
import { toProtoEndpoint } from './endpoint-proto.ts';
import { endpointsOf, insertEndpoint } from './endpoint-store.ts';
import type { SecretBox } from './secret-box.ts';

/** Adds an endpoint; its secret is shown here and never again. */
export function createWebhookEndpoint(parts: {
  database: Database;
  clock: Clock;
  secrets: SecretBox;
  policy: TargetPolicy;
}): RpcHandler {
  const { database, clock, secrets, policy } = parts;
  return handler(NotificationService.method.createWebhookEndpoint, async (input, call) => {
    const refusal = refusalOfUrl(input.url, policy);
    if (refusal) throw webhookTargetRefused(refusal);
    return database.write(call, async (rows) => {
      // Taken so that two calls at once cannot both add the last one.
      await rows.lock('notification.endpoint', call.tenantId);
      const existing = await endpointsOf(rows, call.tenantId);
      if (existing.length >= ENDPOINTS_MAX) throw tooMany('webhook endpoints', ENDPOINTS_MAX);

      const endpointId = newId('whe');
      const secret = newEndpointSecret(randomBytes);
      const endpoint: WebhookEndpoint = {
        endpointId,
        tenantId: call.tenantId,
        url: input.url,
        eventTypes: input.eventTypes,
        status: 'active',
        disabledReason: '',
        createTime: clock.now(),
      };
      insertEndpoint(rows, { endpoint, secretSealed: secrets.seal(secret, endpointId) });
      return { endpointId, secret, endpoint: toProtoEndpoint(endpoint) };
    });
  });
}
