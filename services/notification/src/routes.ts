import type { Database } from '@tollgate/runtime/database';
import type { RpcHandler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { listWebhookDeliveries } from './deliveries/list-webhook-deliveries.ts';
import { createWebhookEndpoint } from './endpoints/create-webhook-endpoint.ts';
import { deleteWebhookEndpoint } from './endpoints/delete-webhook-endpoint.ts';
import type { TargetPolicy } from './endpoints/domain/target-address.ts';
import { getWebhookEndpoint } from './endpoints/get-webhook-endpoint.ts';
import { listWebhookEndpoints } from './endpoints/list-webhook-endpoints.ts';
import type { SecretBox } from './endpoints/secret-box.ts';

/** Every RPC that Notification serves, each with exactly what it needs. */
export function routes(parts: {
  database: Database;
  clock: Clock;
  secrets: SecretBox;
  policy: TargetPolicy;
}): RpcHandler[] {
  const { database, clock, secrets, policy } = parts;
  return [
    createWebhookEndpoint({ database, clock, secrets, policy }),
    listWebhookEndpoints({ database }),
    getWebhookEndpoint({ database }),
    deleteWebhookEndpoint({ database }),
    listWebhookDeliveries({ database }),
  ];
}
