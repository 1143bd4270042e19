import { AccessLogService } from '@tollgate/api/envoy/service/accesslog/v3/als';
import { entitlementsChanged } from '@tollgate/api/events';
import { grpcService, serveGrpc } from '@tollgate/runtime/grpc';
import { serveRpc } from '@tollgate/runtime/rpc';
import {
  every,
  openBackbone,
  type Platform,
  type RunningService,
  running,
  type ServiceDefinition,
} from '@tollgate/runtime/service';
import { accessLogMetrics } from './access-log/access-log-metrics.ts';
import { streamAccessLogs } from './access-log/stream-access-logs.ts';
import { createKeyEndings } from './api-keys/key-endings.ts';
import { createOwed } from './give-backs/owed.ts';
import { migrations } from './migrations/index.ts';
import { openCounting } from './open-counting.ts';
import { onEntitlementsChanged } from './policies/on-entitlements-changed.ts';
import { type RecorderConfig, readConfig } from './recorder-config.ts';
import { routes } from './routes.ts';
import { snapshot } from './snapshots/snapshot.ts';
import { createSweep } from './sweep/sweep-counters.ts';

/** Metering's central process: it keeps, reads and announces usage. */
export const recorder = {
  name: 'metering',
  process: 'recorder',
  readConfig,
  start: startRecorder,
} satisfies ServiceDefinition<RecorderConfig>;

/** Nobody waits for the recorder's own decisions, which are corrections only. */
const timeouts = { redisTimeoutMs: 1_000, decisionTimeoutMs: 0 };
const settleEveryMs = 500;
const sweepEveryMs = 60_000;

/** Opens everything the recorder needs, top-down, and closes it in reverse. Ready when it returns. */
async function startRecorder(config: RecorderConfig, platform: Platform): Promise<RunningService> {
  await using opened = new AsyncDisposableStack();
  const backbone = opened.use(await openBackbone(config, { rows: [], migrations }, platform));
  await backbone.consume(entitlementsChanged, {
    durable: 'entitlements-changed',
    on: onEntitlementsChanged,
  });
  const { database, bus } = backbone;
  const { counters, saver, restorer, policies, giveBack } = opened.use(
    await openCounting({
      process: recorder.process,
      database,
      bus,
      config,
      timeouts,
      platform,
    }),
  );
  const save = snapshot({ saver, restorer, counters, log: platform.log });
  opened.use(every({ ...platform, ms: config.snapshotIntervalMs, name: 'snapshots' }, save));

  const sweep = createSweep({ counters, log: platform.log, metrics: platform.metrics });
  opened.use(every({ ...platform, ms: sweepEveryMs, name: 'sweep-counters' }, sweep));

  const owed = createOwed(platform);
  opened.use(every({ ...platform, ms: settleEveryMs, name: 'settle-owed' }, owed.settle));
  const metrics = accessLogMetrics(platform.metrics);
  const { keyOf } = createKeyEndings({ counters, clock: platform.clock });
  const sink = grpcService(AccessLogService, {
    streamAccessLogs: streamAccessLogs({ giveBack, keyOf, owed, metrics }),
  });
  const envoy = opened.use(await serveGrpc({ ...platform, envoy: config.envoy, services: [sink] }));
  const { clock } = platform;
  const handlers = routes({ database, counters, policies, saver, restorer, clock });
  const rpc = opened.use(await serveRpc({ ...platform, address: config.rpcAddress, handlers }));
  return running(opened.move(), { rpc: rpc.address, envoy: envoy.address });
}
