import { SubscriptionChangedSchema } from '@tollgate/api/tollgate/billing/v1/events';
import { UsageThresholdReachedSchema } from '@tollgate/api/tollgate/metering/v1/events';
import { openDatabase } from '@tollgate/runtime/database';
import { openEventBus } from '@tollgate/runtime/events';
import { serveRpc } from '@tollgate/runtime/rpc';
import { type Platform, type RunningService, running } from '@tollgate/runtime/service';
import type { NotificationConfig } from './config.ts';
import { startDeliveryWorker } from './delivery/delivery-worker.ts';
import { webhookSender } from './delivery/send-webhook.ts';
import { queueDeliveries } from './events/queue-deliveries.ts';
import { routes } from './rpc/routes.ts';
import { EndpointRow } from './store/endpoint-row.ts';
import { secretBox } from './store/secret-box.ts';

/** Opens everything Notification needs, top-down, and closes it in reverse. Ready when it returns. */
export async function startNotification(
  config: NotificationConfig,
  platform: Platform,
): Promise<RunningService> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(
    await openDatabase(config.database, { schema: 'notification', rows: [EndpointRow] }, platform),
  );
  const secrets = secretBox(config.encryptionKey);
  const policy = { allowPrivateTargets: config.allowPrivateTargets };
  const sender = opened.use(webhookSender({ ...policy, timeoutMs: config.attemptTimeoutMs }));
  opened.use(
    startDeliveryWorker({ ...config, ...platform, database, sender, secrets, jitter: Math.random }),
  );

  const bus = opened.use(await openEventBus({ url: config.natsUrl, ...platform }));
  const sources = [
    ['usage.threshold_reached', 'metering.usage.threshold_reached', UsageThresholdReachedSchema],
    ['subscription.changed', 'billing.subscription.changed', SubscriptionChangedSchema],
  ] as const;
  for (const [eventType, subject, payload] of sources) {
    opened.use(
      await bus.consume({
        subject,
        durable: `notification-${subject.replaceAll('.', '-')}`,
        database,
        payload,
        on: queueDeliveries(eventType, payload, config),
      }),
    );
  }
  const server = opened.use(
    await serveRpc({
      ...platform,
      address: config.rpcAddress,
      handlers: routes({ database, clock: platform.clock, secrets, policy }),
    }),
  );
  return running(opened.move(), { rpc: server.address });
}
