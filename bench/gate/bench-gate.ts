import { randomBytes } from 'node:crypto';
import { ensurePrograms, temporaryFolder } from '@tollgate/servers';
import { createSecrets, type ProcessName, type System, startSystem } from '@tollgate/system';
import { serverUrls } from '../../packages/testkit/src/index.ts';
import type { Runs } from '../command-line/read-runs.ts';
import { idleCoresOf, type Measured, measure, type Parts, type Subject } from '../cost/measure.ts';
import { inTurn } from '../figures/in-turn.ts';
import { type Loader, startLoader } from '../load/start-loader.ts';
import { type MeasuredRedis, startMeasuredRedis } from '../processes/measured-redis.ts';
import type { OneWorkerEnvoy } from '../processes/one-worker-envoy.ts';
import { createBenchCustomer } from './bench-customer.ts';
import { shieldFilters, startEnvoyWithout, tollgateFilters } from './envoy-without.ts';
import { forms, upstreamsAt } from './forms.ts';
import { type GateResult, reportLines } from './report.ts';
import { startSampleUpstream } from './sample-upstream.ts';

/** Calls that are open at once, a table each: few, as much as decides in time, and too much. */
const openCounts = [8, 64, 128] as const;
/** Clients of the gateway; each asks several requests at once. */
const connectionsMax = 16;
const warmUpSeconds = 3;
const patienceMs = 10_000;

/** A way to the upstream. */
interface Way {
  readonly name: string;
  readonly front: OneWorkerEnvoy;
  readonly path: string;
  readonly apiKey: string;
}

/** Measures calls to an upstream with Tollgate in between, in each form, and without, in turns. */
export async function benchGate(runs: Runs, log: (line: string) => void): Promise<string[]> {
  await using opened = new AsyncDisposableStack();
  const redis = opened.use(await startMeasuredRedis('everysec'));
  const secrets = createSecrets();
  const { envoy } = await ensurePrograms(['envoy']);
  const { folder } = opened.adopt(temporaryFolder('tollgate-bench-'), (it) => it.remove());
  const upstream = opened.use(await startSampleUpstream(folder));
  const system = opened.use(
    await startSystem({
      folder,
      servers: { ...serverUrls(), redisUrl: redis.url },
      envoy,
      secrets,
      gates: 1,
      upstreams: upstreamsAt(upstream.port),
      databaseName: `bench_${randomBytes(6).toString('hex')}`,
    }),
  );
  const { apiKey } = await createBenchCustomer(system.baseUrl, secrets.operator);
  const place = { folder, program: envoy };
  const bare = opened.use(await startEnvoyWithout(tollgateFilters, place));
  const guarded = opened.use(await startEnvoyWithout(shieldFilters, place));
  const ways: Way[] = [
    { name: 'Envoy alone', front: bare, path: forms[0].path, apiKey },
    ...forms.map(({ name, path }) => ({ name, front: guarded, path, apiKey })),
  ];
  const loader = opened.use(startLoader());
  const parts = { ...partsOf(system, redis), upstream: [upstream.pid] };
  const results = await measureWays(ways, { runs, loader, log, parts });
  return reportLines(
    ways.map(({ name }) => name),
    { runs, redis, results },
  );
}

/** The processes behind Envoy. */
function partsOf(system: System, redis: MeasuredRedis): Parts {
  const pidsOf = (name: ProcessName) => [system.process(name).pid ?? 0];
  return {
    Auth: pidsOf('auth'),
    gate: pidsOf('gate-1'),
    recorder: pidsOf('recorder'),
    Redis: [redis.pid],
  };
}

async function measureWays(
  ways: readonly Way[],
  {
    runs,
    loader,
    log,
    parts,
  }: { runs: Runs; loader: Loader; log: (line: string) => void; parts: Parts },
): Promise<GateResult[]> {
  const subjects: Subject[] = [];
  for (const way of ways) {
    const all = { Envoy: [way.front.pid], ...parts };
    await untilServed(loader, way);
    await loader.run(planFor(way, { open: 8, seconds: warmUpSeconds }));
    subjects.push({ parts: all, idleCores: await idleCoresOf(all) });
  }
  const results: GateResult[] = [];
  for (const open of openCounts) {
    const measured = ways.map(() => [] as Measured[]);
    for (let round = 0; round < runs.rounds; round += 1) {
      log(`${open} open: round ${round + 1} of ${runs.rounds}`);
      for (const at of inTurn(ways.length, round)) {
        const [way, subject] = [ways[at], subjects[at]];
        if (!way || !subject) continue;
        const plan = planFor(way, { open, seconds: runs.seconds });
        measured[at]?.push(await measure(loader, subject, plan));
      }
    }
    results.push({ open, runs: measured });
  }
  return results;
}

/** A key and a plan that were made just now may take a moment to be known everywhere. */
async function untilServed(loader: Loader, way: Way): Promise<void> {
  const latestMs = performance.now() + patienceMs;
  for (;;) {
    const { outcomes } = await loader.run({
      ...planFor(way, { open: 1, seconds: 1 }),
      questions: 1,
    });
    if (outcomes['ok'] === 1) return;
    if (performance.now() > latestMs) throw new Error(`${way.name} refuses calls to ${way.path}`);
  }
}

function planFor(
  { front, path, apiKey }: Way,
  { open, seconds }: { open: number; seconds: number },
): Parameters<Loader['run']>[0] {
  return {
    addresses: [`127.0.0.1:${front.port}`],
    question: { kind: 'http', path, headers: { 'x-api-key': apiKey } },
    connections: Math.min(open, connectionsMax),
    open,
    seconds,
    // The key stands in the headers: one customer asks.
    keys: { firstTenant: 1, tenants: 1, keysPerTenant: 1 },
    distribution: 'hot',
  };
}
