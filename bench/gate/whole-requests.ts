import { randomBytes } from 'node:crypto';
import { ensurePrograms, temporaryFolder } from '@tollgate/servers';
import { createSecrets, startSystem } from '@tollgate/system';
import { serverUrls } from '../../packages/testkit/src/index.ts';
import type { AskGatewayPlan } from './ask-gateway.ts';
import { createBenchCustomer } from './bench-customer.ts';
import { shieldFilters, startEnvoyWithout, tollgateFilters } from './envoy-without.ts';
import type { LoadResult } from './load-result.ts';
import { runLoadProcess } from './run-load-process.ts';
import { median, printTable } from './statistics.ts';

/** Calls that are open at once, a line of the table each. */
const concurrencies = [1, 32] as const;

/** Whole calls to an upstream with Tollgate in between, and without, in turns. */
export async function benchWholeRequests(options: {
  seconds: number;
  rounds: number;
}): Promise<void> {
  const secrets = createSecrets();
  const { envoy } = await ensurePrograms(['envoy']);
  await using opened = new AsyncDisposableStack();
  const { folder } = opened.adopt(temporaryFolder('tollgate-bench-'), (it) => it.remove());
  const databaseName = `bench_${randomBytes(6).toString('hex')}`;
  const system = opened.use(
    await startSystem({ folder, servers: serverUrls(), envoy, secrets, databaseName }),
  );
  const { apiKey } = await createBenchCustomer(system.baseUrl, secrets.operator);
  const place = { folder, program: envoy };
  const bare = opened.use(await startEnvoyWithout(tollgateFilters, place));
  const guarded = opened.use(await startEnvoyWithout(shieldFilters, place));
  const ways = [
    { name: 'Envoy alone', url: bare.url },
    { name: 'with Tollgate', url: guarded.url },
  ];
  const ask = (url: string, concurrency: number, seconds: number) =>
    askGateway({
      url: `${url}/v1/widgets`,
      headers: { 'x-api-key': apiKey },
      concurrency,
      seconds,
    });
  for (const { url } of ways) await ask(url, 8, 3);

  const rows: string[][] = [];
  for (const concurrency of concurrencies) {
    const results = ways.map(() => [] as LoadResult[]);
    for (let round = 0; round < options.rounds; round += 1) {
      for (const [at, { url }] of ways.entries()) {
        results[at]?.push(await ask(url, concurrency, options.seconds));
      }
    }
    const [alone = [], tolled = []] = results;
    rows.push(...ways.map(({ name }, at) => rowOf(name, concurrency, results[at] ?? [])));
    rows.push(ratioOf(concurrency, alone, tolled));
  }
  const head = ['GET /v1/widgets', 'open at once', 'per second', 'p50 ms', 'p99 ms', 'not 200'];
  printTable(head, rows);
}

function askGateway(plan: AskGatewayPlan): Promise<LoadResult> {
  return runLoadProcess('./ask-gateway.ts', plan);
}

const middle = (runs: readonly LoadResult[], of: (run: LoadResult) => number) =>
  median(runs.map(of));

function rowOf(name: string, concurrency: number, runs: readonly LoadResult[]): string[] {
  const failed = runs.reduce((sum, run) => sum + run.answered - (run.outcomes['200'] ?? 0), 0);
  return [
    name,
    String(concurrency),
    middle(runs, (run) => run.perSecond).toFixed(0),
    middle(runs, (run) => run.p50Ms).toFixed(2),
    middle(runs, (run) => run.p99Ms).toFixed(2),
    String(failed),
  ];
}

function ratioOf(
  concurrency: number,
  alone: readonly LoadResult[],
  guarded: readonly LoadResult[],
): string[] {
  const ratio = (of: (run: LoadResult) => number) =>
    `x ${(middle(guarded, of) / middle(alone, of)).toFixed(2)}`;
  return [
    'ratio',
    String(concurrency),
    ratio((run) => run.perSecond),
    ratio((run) => run.p50Ms),
    ratio((run) => run.p99Ms),
    '',
  ];
}
