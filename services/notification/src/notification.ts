import { subscriptionChanged, usageThresholdReached } from '@tollgate/api/events';
import { SubscriptionChangedSchema } from '@tollgate/api/tollgate/billing/v1/events';
import { UsageThresholdReachedSchema } from '@tollgate/api/tollgate/metering/v1/events';
import { serveRpc } from '@tollgate/runtime/rpc';
import {
  openBackbone,
  type Platform,
  type RunningService,
  running,
} from '@tollgate/runtime/service';
import type { NotificationConfig } from './config.ts';
import { startDeliveryWorker } from './delivery/delivery-worker.ts';
import { webhookSender } from './delivery/send-webhook.ts';
import { queueDeliveries } from './events/queue-deliveries.ts';
import { routes } from './rpc/routes.ts';
import { EndpointRow } from './store/endpoint-row.ts';
import { migrations } from './store/migrations/index.ts';
import { secretBox } from './store/secret-box.ts';

/** Opens everything Notification needs, top-down, and closes it in reverse. Ready when it returns. */
export async function startNotification(
  config: NotificationConfig,
  platform: Platform,
): Promise<RunningService> {
  await using opened = new AsyncDisposableStack();
  const { database, consume } = opened.use(
    await openBackbone(config, { rows: [EndpointRow], migrations }, platform),
  );
  const secrets = secretBox(config.encryptionKey);
  const policy = { allowPrivateTargets: config.allowPrivateTargets };
  const sender = opened.use(webhookSender({ ...policy, timeoutMs: config.attemptTimeoutMs }));
  opened.use(
    startDeliveryWorker({ ...config, ...platform, database, sender, secrets, jitter: Math.random }),
  );

  await consume(usageThresholdReached, {
    durable: 'metering-usage-threshold_reached',
    on: queueDeliveries('usage.threshold_reached', UsageThresholdReachedSchema, config),
  });
  await consume(subscriptionChanged, {
    durable: 'billing-subscription-changed',
    on: queueDeliveries('subscription.changed', SubscriptionChangedSchema, config),
  });
  const server = opened.use(
    await serveRpc({
      ...platform,
      address: config.rpcAddress,
      handlers: routes({ database, clock: platform.clock, secrets, policy }),
    }),
  );
  return running(opened.move(), { rpc: server.address });
}
