import { newId } from '@tollgate/runtime/database';
import { Redis } from 'ioredis';
import { freshDatabase, serverUrls } from '../../packages/testkit/src/index.ts';
import { migrations } from '../../services/metering/src/migrations/index.ts';
import { entitle } from '../gate/entitle.ts';
import { redisCpuSeconds } from '../gate/redis-cpu.ts';
import { median, percentile, printTable } from '../gate/statistics.ts';
import { openDecider } from './open-decider.ts';
import { askInTurns, type Load } from './turns.ts';

const loads: readonly Load[] = [
  { name: 'hot', title: 'one hot key', tenants: 1, keysPerTenant: 1 },
  { name: 'spread', title: '1,000 tenants x 10 keys', tenants: 1_000, keysPerTenant: 10 },
];
/** Questions that arrive in one turn of the event loop. */
const turnSizes = [1, 8, 64, 256];

interface Measured {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly kernelUs: number;
  readonly redisUs: number;
  readonly p50Us: number;
}

/** Processor time of a decision, ours and Redis', by load and by how many come at once. */
export async function benchDecide(options: {
  seconds: number;
  rounds: number;
  only: string | undefined;
}): Promise<void> {
  await using database = await freshDatabase({ migrations: { metering: migrations } });
  const tenants = Array.from({ length: 1_000 }, () => newId('ten'));
  await entitle(database, tenants);
  const { natsUrl, redisUrl } = serverUrls();
  await using decider = await openDecider({
    databaseUrl: database.urls.metering,
    natsUrl,
    redisUrl,
  });
  const redis = new Redis(redisUrl);
  try {
    const cases = loads
      .flatMap((load) => turnSizes.map((size) => ({ load, size, runs: [] as Measured[] })))
      .filter(
        ({ load, size }) => (options.only ?? `${load.name}:${size}`) === `${load.name}:${size}`,
      );
    // Each tenant's counters are set up at its first call, and the compiler needs some thousands.
    for (const load of loads) {
      await askInTurns(decider.answer, { load, tenants, size: 64, questions: 60_000 });
    }
    for (let round = 0; round < options.rounds; round += 1) {
      for (const { load, size, runs } of cases) {
        const plan = { load, tenants, size, seconds: options.seconds };
        runs.push(await measure(redis, () => askInTurns(decider.answer, plan)));
      }
    }
    print(cases);
  } finally {
    redis.disconnect();
  }
}

async function measure(
  redis: Redis,
  ask: () => Promise<{ answered: number; seconds: number; latenciesUs: Float64Array }>,
): Promise<Measured> {
  const redisBefore = await redisCpuSeconds(redis);
  const before = process.cpuUsage();
  const { answered, seconds, latenciesUs } = await ask();
  const { user, system } = process.cpuUsage(before);
  const redisSeconds = (await redisCpuSeconds(redis)) - redisBefore;
  return {
    perSecond: answered / seconds,
    cpuUs: (user + system) / answered,
    kernelUs: system / answered,
    redisUs: (redisSeconds * 1e6) / answered,
    p50Us: percentile(latenciesUs, 0.5),
  };
}

function print(cases: readonly { load: Load; size: number; runs: readonly Measured[] }[]): void {
  const head = [
    'load',
    'at once',
    'CPU us',
    'of it kernel',
    'Redis CPU us',
    'per second',
    'p50 of a turn us',
  ];
  printTable(
    head,
    cases.map(({ load, size, runs }) => {
      const middle = (of: (run: Measured) => number) => median(runs.map(of));
      return [
        load.title,
        String(size),
        middle((run) => run.cpuUs).toFixed(1),
        middle((run) => run.kernelUs).toFixed(1),
        middle((run) => run.redisUs).toFixed(1),
        middle((run) => run.perSecond).toFixed(0),
        middle((run) => run.p50Us).toFixed(0),
      ];
    }),
  );
  console.log(
    'CPU of a decision: all of this process, from the read question to the described answer.',
  );
  console.log('Each call: two limits, usage counted, retries remembered, metrics, deadline.');
}
