import { create, toBinary } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import { type TenantId, toProtoTime } from '@tollgate/api';
import { EventSchema } from '@tollgate/api/tollgate/events/v1/event';
import { UsageThresholdReachedSchema } from '@tollgate/api/tollgate/metering/v1/events';
import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import { type Role } from '@tollgate/api/words';
import { secret } from '@tollgate/runtime/config';
import { newId } from '@tollgate/runtime/database';
import { reasonOf } from '@tollgate/runtime/errors';
import { openEventBus } from '@tollgate/runtime/events';
import { type FixedClock, fixedClock } from '@tollgate/runtime/service';
import {
  eventually,
  type FreshDatabase,
  freshDatabase,
  ownNats,
  principalToken,
  rpcClient,
  testPlatform,
} from '@tollgate/testkit';
import type { NotificationConfig } from '../../src/config.ts';
import { migrations } from '../../src/migrations/index.ts';
import { notification } from '../../src/notification.ts';

/** The real service over a database and a bus of its own, with a clock that the test moves. */
export interface NotificationSystem extends AsyncDisposable {
  readonly clock: FixedClock;
  readonly database: FreshDatabase;
  /** The public API as a user of the tenant, its owner by default. */
  clientOf(tenantId: TenantId, role?: Role): Client<typeof NotificationService>;
  /** Publishes `usage.threshold_reached` as Metering does; `id` is new by default. */
  publishThreshold(tenantId: TenantId, id?: string, messageId?: string): Promise<string>;
  /** Resolves when the tenant's only delivery is in this state after so many attempts. */
  delivery(tenantId: TenantId, state: { status: string; attempts: number }): Promise<void>;
  /** Another process of the same service. */
  startAnother(): Promise<AsyncDisposable>;
  /** Ends the first process's work, in the middle of whatever it does. */
  stop(): Promise<void>;
  /** Starts it again over the same data. */
  start(): Promise<void>;
}

const WAIT_MS = 10_000;

/** Starts Notification; private targets are allowed, and retries come after 10 s and 60 s. */
export async function startNotificationSystem(
  settings: Partial<NotificationConfig> = {},
): Promise<NotificationSystem> {
  const clock = fixedClock('2026-11-15T12:00:00Z');
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await freshDatabase({ migrations: { notification: migrations } }));
  const { url: natsUrl } = opened.use(await ownNats());
  const bus = opened.use(
    await openEventBus({ ...testPlatform('metering', { clock }), url: natsUrl }),
  );
  const config: NotificationConfig = {
    rpcAddress: { host: '127.0.0.1', port: 0 },
    database: { url: database.urls.notification, poolMax: 5 },
    natsUrl,
    encryptionKey: secret(Buffer.alloc(32, 7).toString('base64')),
    allowPrivateTargets: true,
    retryDelaysMs: [0, 10_000, 60_000],
    attemptTimeoutMs: 2_000,
    ...settings,
  };
  let first: AsyncDisposable | undefined;
  let address = '';

  async function startProcess() {
    const platform = testPlatform('notification', { clock });
    const service = await notification.start(config, platform);
    return {
      address: service.addresses.rpc ?? '',
      async [Symbol.asyncDispose]() {
        platform[Symbol.dispose]();
        await service[Symbol.asyncDispose]();
      },
    };
  }

  const system: Omit<NotificationSystem, keyof AsyncDisposable> = {
    clock,
    database,
    clientOf(tenantId, role = 'owner') {
      const claims = { kind: 'user', subject: newId('usr'), tenantId, role } as const;
      const token = principalToken({ ...claims, environment: 'live' }, clock);
      return rpcClient(NotificationService, { address, token });
    },
    async publishThreshold(tenantId, id = newId('evt'), messageId = id) {
      const envelope = toBinary(EventSchema, thresholdEvent(tenantId, id, clock));
      await bus.publish({ subject: 'metering.usage.threshold_reached', id: messageId, envelope });
      return id;
    },
    async delivery(tenantId, { status, attempts }) {
      await eventually({ withinMs: WAIT_MS }, async () => {
        const { deliveries } = await system.clientOf(tenantId).listWebhookDeliveries({});
        const seen = deliveries.map((one) => `${one.status} after ${one.attempts.length}`);
        const wanted = `${status} after ${attempts}`;
        if (seen.join() !== wanted) throw new Error(`${seen.join()} instead of ${wanted}`);
      });
    },
    startAnother: startProcess,
    async start() {
      const started = await startProcess();
      address = started.address;
      first = started;
    },
    async stop() {
      await first?.[Symbol.asyncDispose]();
      first = undefined;
    },
  };
  opened.defer(() => system.stop());
  await system.start();
  const everything = opened.move();
  return { ...system, [Symbol.asyncDispose]: () => everything.disposeAsync() };
}

/** The public reason with which a call fails; `answered` when it does not. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'answered';
  } catch (error) {
    return reasonOf(error) ?? String(error);
  }
}

function thresholdEvent(tenantId: TenantId, eventId: string, clock: FixedClock) {
  const payload = create(UsageThresholdReachedSchema, {
    tenantId,
    environment: 'live',
    meter: 'requests',
    limitId: 'requests-per-month',
    thresholdPercent: 80,
    limit: 1_000n,
    usage: 800n,
  });
  return create(EventSchema, {
    eventId,
    type: 'metering.usage.threshold_reached',
    eventTime: toProtoTime(clock.now()),
    tenantId,
    environment: 'live',
    entityId: 'requests-per-month',
    entityVersion: 3n,
    payload: anyPack(UsageThresholdReachedSchema, payload),
  });
}
