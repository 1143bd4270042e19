import { AccessLogService } from '@tollgate/api/envoy/service/accesslog/v3/als';
import { EntitlementsChangedSchema } from '@tollgate/api/tollgate/billing/v1/events';
import { startOutboxRelay } from '@tollgate/runtime/events';
import { grpcService, serveGrpc, serveRpc } from '@tollgate/runtime/rpc';
import { every, type Platform, type RunningService, running } from '@tollgate/runtime/service';
import type { MeteringConfig } from './config.ts';
import { createOwed } from './counters/owed.ts';
import { onEntitlementsChanged } from './events/on-entitlements-changed.ts';
import { accessLogMetrics } from './ledger/access-log-metrics.ts';
import { snapshot } from './ledger/snapshot.ts';
import { streamAccessLogs } from './ledger/stream-access-logs.ts';
import { openCounting } from './open-counting.ts';
import { routes } from './rpc/routes.ts';

/** Nobody waits for the ledger's own decisions, which are corrections only. */
const redisTimeoutMs = 1_000;
const settleEveryMs = 500;

/** Opens everything the ledger needs, top-down, and closes it in reverse. Ready when it returns. */
export async function startMetering(
  config: MeteringConfig,
  platform: Platform,
): Promise<RunningService> {
  await using opened = new AsyncDisposableStack();
  const counting = await openCounting(
    opened,
    { ...config, name: 'metering', redisTimeoutMs },
    platform,
  );
  const { database, bus, giveBack } = counting;
  opened.use(startOutboxRelay({ ...platform, database, bus }));
  opened.use(
    await bus.consume({
      subject: 'billing.entitlements.changed',
      durable: 'metering-entitlements-changed',
      database,
      payload: EntitlementsChangedSchema,
      on: onEntitlementsChanged,
    }),
  );
  const save = snapshot({ ...counting, ...platform });
  opened.use(every({ ...platform, ms: config.snapshotIntervalMs, name: 'snapshots' }, save));

  const owed = createOwed(platform);
  opened.use(every({ ...platform, ms: settleEveryMs, name: 'settle-owed' }, owed.settle));
  const metrics = accessLogMetrics(platform.metrics);
  const sink = grpcService(AccessLogService, {
    streamAccessLogs: streamAccessLogs({ giveBack, owed, metrics }),
  });
  const log = opened.use(await serveGrpc({ ...platform, envoy: config.envoy, services: [sink] }));
  const api = opened.use(
    await serveRpc({
      ...platform,
      address: config.rpcAddress,
      handlers: routes({ ...counting, clock: platform.clock }),
    }),
  );
  return running(opened.move(), { rpc: api.address, envoy: log.address });
}
