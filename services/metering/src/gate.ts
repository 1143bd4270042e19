import { RateLimitService } from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import { pepperOf } from '@tollgate/credentials/key-settings';
import { openDatabase } from '@tollgate/runtime/database';
import { type EventBus, openEventBus } from '@tollgate/runtime/events';
import { grpcService, serveGrpc, withBytes } from '@tollgate/runtime/grpc';
import {
  every,
  type Platform,
  type RunningService,
  running,
  type ServiceDefinition,
} from '@tollgate/runtime/service';
import { createKeyEndings } from './api-keys/key-endings.ts';
import { type KeyCopy, openKeyCopy } from './api-keys/open-key-copy.ts';
import { createApiCallers, createUpstreamCallers } from './gate/callers.ts';
import { rateLimitCodec } from './gate/codec/rate-limit-codec.ts';
import { createDecide } from './gate/decide.ts';
import { gateMetrics } from './gate/gate-metrics.ts';
import { createLane } from './gate/lane.ts';
import { createLocalLimits } from './gate/local-limits.ts';
import { answerRecognised } from './gate/recognised/answer-recognised.ts';
import { createAdmit, shouldRateLimit } from './gate/should-rate-limit.ts';
import { warmUp } from './gate/warm-up.ts';
import { type GateConfig, readConfig } from './gate-config.ts';
import { createOwed } from './give-backs/owed.ts';
import { migrations } from './migrations/index.ts';
import { openCounting } from './open-counting.ts';
import { createMaySavedHold } from './usage/may-saved-hold.ts';

/** Metering's process beside Envoy, of which there may be any number. */
export const gate = {
  name: 'metering',
  process: 'gate',
  readConfig,
  start: startGate,
} satisfies ServiceDefinition<GateConfig>;

/** How often it is tried to tell the counters what is owed to them. */
const settleEveryMs = 100;

/** Opens everything the gate needs, top-down, and closes it in reverse. Ready when it returns. */
async function startGate(config: GateConfig, platform: Platform): Promise<RunningService> {
  const { clock, log } = platform;
  const metrics = gateMetrics(platform.metrics);
  await using opened = new AsyncDisposableStack();
  // No backbone: the recorder relays and sweeps for all gates, of which there may be one a pod.
  const tables = { rows: [], migrations };
  const database = opened.use(await openDatabase(config.database, tables, platform));
  const bus = opened.use(await openEventBus({ ...platform, url: config.natsUrl }));
  const { counters, listOf, policies, decider, restorer, giveBack } = opened.use(
    await openCounting({
      process: gate.process,
      database,
      bus,
      config,
      timeouts: config,
      onBatch: metrics.batch,
      platform,
    }),
  );
  const owed = createOwed(platform);
  opened.defer(() => owed.settle());
  opened.use(every({ ...platform, ms: settleEveryMs, name: 'settle-owed' }, owed.settle));

  const ownLimits = {
    tenantPerMinute: config.apiLimitPerMinute,
    anonymousPerMinute: config.anonymousLimitPerMinute,
  };
  const deciding = {
    policies,
    decider,
    restorer,
    giveBack,
    counters,
    owed,
    log,
    maySavedHold: createMaySavedHold(database),
    localLimits: createLocalLimits(clock),
    clock,
    upstreamCaller: createUpstreamCallers({ counters, listOf }),
    apiCaller: createApiCallers({ counters, listOf }, ownLimits),
    metrics,
  };
  const decide = createDecide(deciding);
  await warmUp(decide, log);
  const keyCopy = await openKeyCopyOf({ config, bus, platform });
  if (keyCopy) opened.use(keyCopy);
  const admit = createAdmit({ decide, metrics });
  const lane =
    keyCopy &&
    createLane({
      identify: keyCopy.identify,
      endings: createKeyEndings({ counters, clock }),
      admit,
      askedSinceUs: decider.askedSinceUs,
      metrics,
    });
  const answerOthers = shouldRateLimit({ admit, giveBack, owed, metrics, lane });
  const service = grpcService(RateLimitService, {
    shouldRateLimit: withBytes(
      answerRecognised(deciding, async (message) =>
        rateLimitCodec.encode(await answerOthers(rateLimitCodec.decode(message))),
      ),
    ),
  });
  const server = opened.use(
    await serveGrpc({ ...platform, envoy: config.envoy, services: [service] }),
  );
  return running(opened.move(), { envoy: server.address });
}

/** Who calls, for upstreams of one call; a gate without a pepper leaves that to Auth. */
async function openKeyCopyOf(parts: {
  config: GateConfig;
  bus: EventBus;
  platform: Platform;
}): Promise<KeyCopy | undefined> {
  const { authUrl, keyPepper, keyRefreshIntervalMs: refreshIntervalMs } = parts.config;
  const pepper = pepperOf(keyPepper);
  return pepper && openKeyCopy({ ...parts, pepper, authUrl, refreshIntervalMs });
}
