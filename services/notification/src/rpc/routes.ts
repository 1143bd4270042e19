import type { Database } from '@tollgate/runtime/database';
import type { RpcHandler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import type { TargetPolicy } from '../domain/target-address.ts';
import type { SecretBox } from '../store/secret-box.ts';
import { createWebhookEndpoint } from './create-webhook-endpoint.ts';
import { deleteWebhookEndpoint } from './delete-webhook-endpoint.ts';
import { getWebhookEndpoint } from './get-webhook-endpoint.ts';
import { listWebhookDeliveries } from './list-webhook-deliveries.ts';
import { listWebhookEndpoints } from './list-webhook-endpoints.ts';

/** Every RPC of Notification. */
export function routes(parts: {
  database: Database;
  clock: Clock;
  secrets: SecretBox;
  policy: TargetPolicy;
}): RpcHandler[] {
  return [
    createWebhookEndpoint(parts),
    listWebhookEndpoints(parts),
    getWebhookEndpoint(parts),
    deleteWebhookEndpoint(parts),
    listWebhookDeliveries(parts),
  ];
}
