import { openDatabase } from '@tollgate/runtime/database';
import { openEventBus } from '@tollgate/runtime/events';
import { testPlatform } from '../../packages/testkit/src/index.ts';
import { createOwed } from '../../services/metering/src/admission/owed.ts';
import {
  createApiAccounts,
  createUpstreamAccounts,
} from '../../services/metering/src/gate/accounts.ts';
import { createDecide } from '../../services/metering/src/gate/decide.ts';
import { gateMetrics } from '../../services/metering/src/gate/gate-metrics.ts';
import { createLocalLimits } from '../../services/metering/src/gate/local-limits.ts';
import { createAdmit } from '../../services/metering/src/gate/should-rate-limit.ts';
import { migrations } from '../../services/metering/src/migrations/index.ts';
import { openCounting } from '../../services/metering/src/open-counting.ts';

/** A gate without a transport. */
export interface BenchDecider extends AsyncDisposable {
  readonly answer: ReturnType<typeof createAdmit>;
}

/** Puts together what a gate does between a question and its answer, in this process. */
export async function openDecider(servers: {
  databaseUrl: string;
  natsUrl: string;
  redisUrl: string;
}): Promise<BenchDecider> {
  await using opened = new AsyncDisposableStack();
  const platform = opened.use(testPlatform('metering'));
  const metrics = gateMetrics(platform.metrics);
  const database = opened.use(
    await openDatabase(
      { url: servers.databaseUrl, poolMax: 10 },
      { rows: [], migrations },
      platform,
    ),
  );
  const bus = opened.use(await openEventBus({ ...platform, url: servers.natsUrl }));
  const { policies, decider, restorer, giveBack } = opened.use(
    await openCounting({
      process: 'gate',
      database,
      bus,
      config: {
        redisUrl: servers.redisUrl,
        // Policies are in the database already; nobody is there to confirm them.
        billingUrl: 'http://127.0.0.1:9',
        requestRecordTtlMs: 120_000,
      },
      // What is measured is work, also on a busy machine.
      redisTimeoutMs: 1_000,
      onBatch: metrics.batch,
      platform,
    }),
  );
  const owed = createOwed(platform);
  const decide = createDecide({
    policies,
    decider,
    restorer,
    giveBack,
    owed,
    log: platform.log,
    localLimits: createLocalLimits(platform.clock),
    upstreamAccount: createUpstreamAccounts(),
    apiAccount: createApiAccounts({ tenantPerMinute: 600, anonymousPerMinute: 300 }),
  });
  const answer = createAdmit({ decide, metrics });
  const stack = opened.move();
  return { answer, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
