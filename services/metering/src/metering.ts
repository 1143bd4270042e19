import { AccessLogService } from '@tollgate/api/envoy/service/accesslog/v3/als';
import { entitlementsChanged } from '@tollgate/api/events';
import { grpcService, serveGrpc, serveRpc } from '@tollgate/runtime/rpc';
import {
  every,
  openBackbone,
  type Platform,
  type RunningService,
  running,
} from '@tollgate/runtime/service';
import type { MeteringConfig } from './config.ts';
import { createOwed } from './counters/owed.ts';
import { onEntitlementsChanged } from './events/on-entitlements-changed.ts';
import { accessLogMetrics } from './ledger/access-log-metrics.ts';
import { snapshot } from './ledger/snapshot.ts';
import { streamAccessLogs } from './ledger/stream-access-logs.ts';
import { openCounting } from './open-counting.ts';
import { routes } from './rpc/routes.ts';
import { migrations } from './store/migrations/index.ts';

/** Nobody waits for the ledger's own decisions, which are corrections only. */
const redisTimeoutMs = 1_000;
const settleEveryMs = 500;

/** Opens everything the ledger needs, top-down, and closes it in reverse. Ready when it returns. */
export async function startMetering(
  config: MeteringConfig,
  platform: Platform,
): Promise<RunningService> {
  await using opened = new AsyncDisposableStack();
  const backbone = opened.use(await openBackbone(config, { rows: [], migrations }, platform));
  await backbone.consume(entitlementsChanged, {
    durable: 'entitlements-changed',
    on: onEntitlementsChanged,
  });
  const counting = await openCounting(
    opened,
    backbone,
    { ...config, name: 'metering', redisTimeoutMs },
    platform,
  );
  const { giveBack } = counting;
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
