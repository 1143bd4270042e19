import { type WebhookEventType, webhookEventTypes } from '@tollgate/api/words';
import { serveRpc } from '@tollgate/runtime/rpc';
import {
  openBackbone,
  type Platform,
  type RunningService,
  running,
  type ServiceDefinition,
} from '@tollgate/runtime/service';
import { type NotificationConfig, readConfig } from './config.ts';
import { startDeliveryWorker } from './deliveries/delivery-worker.ts';
import { webhookEvents } from './deliveries/domain/webhook-events.ts';
import { onWebhookEvent, type SchemaOf } from './deliveries/on-webhook-event.ts';
import { webhookSender } from './deliveries/send-webhook.ts';
import { secretBox } from './endpoints/secret-box.ts';
import { migrations } from './migrations/index.ts';
import { routes } from './routes.ts';
import { rows } from './rows.ts';

/** Notification, for its process and for tests. */
export const notification = {
  name: 'notification',
  readConfig,
  start: startNotification,
} satisfies ServiceDefinition<NotificationConfig>;

/** Opens everything Notification needs, top-down, and closes it in reverse. Ready when it returns. */
async function startNotification(
  config: NotificationConfig,
  platform: Platform,
): Promise<RunningService> {
  const { retryDelaysMs, attemptTimeoutMs } = config;
  const { clock, log, health, metrics, signal } = platform;
  await using opened = new AsyncDisposableStack();
  const { database, consume } = opened.use(
    await openBackbone(config, { rows, migrations }, platform),
  );
  const secrets = secretBox(config.encryptionKey);
  const policy = { allowPrivateTargets: config.allowPrivateTargets };
  const sender = opened.use(webhookSender({ ...policy, timeoutMs: attemptTimeoutMs }));
  opened.use(
    startDeliveryWorker({
      database,
      sender,
      secrets,
      retryDelaysMs,
      attemptTimeoutMs,
      jitter: Math.random,
      clock,
      log,
      health,
      metrics,
      signal,
    }),
  );

  const deliver = async <T extends WebhookEventType>(type: T): Promise<void> => {
    const event = webhookEvents[type];
    const durable = event.subject.replaceAll('.', '-');
    await consume<SchemaOf<T>>(event, { durable, on: onWebhookEvent(type, { retryDelaysMs }) });
  };
  for (const type of webhookEventTypes) await deliver(type);
  const server = opened.use(
    await serveRpc({
      ...platform,
      address: config.rpcAddress,
      handlers: routes({ database, clock, secrets, policy }),
    }),
  );
  return running(opened.move(), { rpc: server.address });
}
