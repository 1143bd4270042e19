import { newId } from '@tollgate/runtime/database';
import { Redis } from 'ioredis';
import { freshDatabase, serverUrls } from '../../packages/testkit/src/index.ts';
import { migrations } from '../../services/metering/src/migrations/index.ts';
import type { AskGatePlan } from './ask-gate.ts';
import { type Database, entitle } from './entitle.ts';
import { type GateProcess, startGateProcess } from './gate-process.ts';
import type { LoadResult } from './load-result.ts';
import { redisCpuSeconds } from './redis-cpu.ts';
import { runLoadProcess } from './run-load-process.ts';
import { median, printTable } from './statistics.ts';

/** One load on the gate. */
interface Case {
  readonly name: string;
  readonly tenants: number;
  readonly keysPerTenant: number;
  readonly concurrency: number;
}

const cases: readonly Case[] = [
  { name: 'uniform: 1,000 tenants x 10 keys', tenants: 1_000, keysPerTenant: 10, concurrency: 128 },
  { name: 'one hot key', tenants: 1, keysPerTenant: 1, concurrency: 128 },
  { name: 'one request at a time', tenants: 1_000, keysPerTenant: 10, concurrency: 1 },
];

interface Measured extends LoadResult {
  readonly gateCpuMsPer10k: number;
  readonly redisCpuMsPer10k: number;
}

/** Decisions of one gate on a real Redis, asked over gRPC by another process. */
export async function benchDecisions(options: { seconds: number; rounds: number }): Promise<void> {
  const { natsUrl, redisUrl } = serverUrls();
  await using database = await freshDatabase({ migrations: { metering: migrations } });
  const tenants = Array.from({ length: 1_000 }, () => newId('ten'));
  await entitle(database, tenants);
  const databaseUrl = database.urls.metering;
  await using gate = await startGateProcess({ databaseUrl, natsUrl, redisUrl });
  const redis = new Redis(redisUrl);
  try {
    const results = new Map(cases.map((one) => [one, [] as Measured[]]));
    // Each tenant's counters are set up at its first call, and the compiler needs some thousands.
    const warm = { name: 'warm', seconds: 60, questions: 10_000 };
    await measure({ gate, redis, tenants }, cases[0] as Case, warm);
    for (let round = 0; round < options.rounds; round += 1) {
      for (const [one, measured] of results) {
        const run = { name: `${round}-${one.name}`, seconds: options.seconds };
        measured.push(await measure({ gate, redis, tenants }, one, run));
      }
    }
    print(results);
    await auditQuota(gate, database);
  } finally {
    redis.disconnect();
  }
}

type Parts = { gate: GateProcess; redis: Redis; tenants: readonly string[] };

async function measure(
  { gate, redis, tenants }: Parts,
  one: Case,
  run: { name: string; seconds: number; questions?: number },
): Promise<Measured> {
  const before = await Promise.all([gate.cpuSeconds(), redisCpuSeconds(redis), counted(redis)]);
  const result = await askGate({
    address: gate.address,
    concurrency: one.concurrency,
    ...run,
    tenants: tenants.slice(0, one.tenants),
    keysPerTenant: one.keysPerTenant,
    runName: run.name,
  });
  const after = await Promise.all([gate.cpuSeconds(), redisCpuSeconds(redis), counted(redis)]);
  const admitted = result.outcomes['ok'] ?? 0;
  if (after[2] - before[2] !== admitted) {
    throw new Error(`${admitted} calls were admitted, ${after[2] - before[2]} were counted`);
  }
  const per10k = (at: 0 | 1) => ((after[at] - before[at]) * 1e7) / result.answered;
  return { ...result, gateCpuMsPer10k: per10k(0), redisCpuMsPer10k: per10k(1) };
}

function print(results: ReadonlyMap<Case, readonly Measured[]>): void {
  const head = [
    'decisions of one gate',
    'per second',
    'p50 ms',
    'p99 ms',
    'gate CPU ms / 10,000',
    'Redis CPU ms / 10,000',
    'not decided',
  ];
  printTable(
    head,
    [...results].map(([{ name }, runs]) => {
      const middle = (of: (run: Measured) => number) => median(runs.map(of));
      return [
        name,
        middle((run) => run.perSecond).toFixed(0),
        middle((run) => run.p50Ms).toFixed(2),
        middle((run) => run.p99Ms).toFixed(2),
        middle((run) => run.gateCpuMsPer10k).toFixed(0),
        middle((run) => run.redisCpuMsPer10k).toFixed(0),
        String(runs.reduce((sum, run) => sum + (run.outcomes['error'] ?? 0), 0)),
      ];
    }),
  );
  console.log(
    'Each call: two limits, usage counted, retries remembered. Audit: admitted = counted.',
  );
}

function askGate(plan: AskGatePlan): Promise<LoadResult> {
  return runLoadProcess('./ask-gate.ts', plan);
}

/** A quota under full load admits exactly its number. */
async function auditQuota(gate: GateProcess, database: Database): Promise<void> {
  const quota = 1_000;
  const tenant = newId('ten');
  await entitle(database, [tenant], quota);
  const { outcomes } = await askGate({
    address: gate.address,
    concurrency: 128,
    seconds: 60,
    questions: 3 * quota,
    tenants: [tenant],
    keysPerTenant: 10,
    runName: 'audit',
  });
  const { ok = 0, over = 0, error = 0 } = outcomes;
  console.log(`A quota of ${quota}: ${ok} admitted, ${over} refused, ${error} not decided.`);
  if (ok !== quota) throw new Error('the quota was not exact');
}

/** What all usage counters together say. */
async function counted(redis: Redis): Promise<number> {
  let sum = 0;
  for await (const names of redis.scanStream({ match: 'tg:*:usage:*', count: 1_000 })) {
    for (const name of new Set(names as string[])) {
      const fields = Object.entries(await redis.hgetall(name));
      sum += fields.reduce((all, [field, count]) => all + (field.endsWith('|a') ? +count : 0), 0);
    }
  }
  return sum;
}
