import { Redis } from 'ioredis';
import {
  eventually,
  freshDatabase,
  type MeteringProcess,
  ownNats,
  startMeteringProcess,
} from '../../packages/testkit/src/index.ts';
import { accountName, hourAt, shardNames } from '../../services/metering/src/counters/names.ts';
import { clockNumbers } from '../../services/metering/src/counters/strings.ts';
import { migrations } from '../../services/metering/src/migrations/index.ts';
import { machineText } from '../figures/machine.ts';
import { tableLines } from '../figures/table.ts';
import { tenantOf } from '../load/ids.ts';
import { type Loader, startLoader } from '../load/start-loader.ts';
import { entitleTenants } from '../peers/entitle-tenants.ts';
import { firstTenants, tenants } from '../peers/load-case.ts';
import { gateKeyLimit } from '../peers/peer-questions.ts';
import { startMeasuredRedis } from '../processes/measured-redis.ts';
import { residentBytes } from './resident-bytes.ts';

const names = shardNames(0);
/** Where the clock of an account stands in its string, and one that is two hours ahead. */
const clockAt = 16;
const twoHoursAhead = Buffer.alloc(9);
const [shifted, us] = clockNumbers({ kind: 'shifted', us: 7_200_000_000 });
twoHoursAhead.writeUInt8(shifted, 0);
twoHoursAhead.writeDoubleLE(us, 1);
/** What the gate's process is given besides its program: it collects its garbage and tells what is left. */
const heapIs = 'heap: ';
const tellHeap = `process.on('SIGUSR2', () => {
  gc();
  const { heapUsed, external } = process.memoryUsage();
  console.log('${heapIs}' + (heapUsed + external));
})`;
/** Far longer than it takes: the bench ends with an error, and not never. */
const patienceMs = 600_000;

/** What is looked at after each step, in bytes but for the keys. */
interface Held {
  readonly keys: number;
  readonly redis: number;
  readonly gateResident: number;
  /** Its heap without garbage, and the bytes beside it. */
  readonly gateHeap: number;
}

/** Lets many credentials call once each, and answers what is to be told of it. */
export async function benchMemory(
  credentials: number,
  log: (line: string) => void,
): Promise<string[]> {
  await using place = await openPlace();
  const few = Math.min(credentials, 10 * tenants);
  log(`${few} credentials, then ${credentials}, a call each …`);
  await place.tenantsAreKnown();
  const atFirst = await place.look();
  await place.callOnce(few);
  const afterFew = await place.look();
  await place.callOnce(credentials);
  await place.saved();
  const afterAll = await place.look();
  log('two hours pass, and the recorder sweeps …');
  const sweptMs = await place.sweep();
  const swept = await place.look();
  const perCredential = (afterAll.redis - atFirst.redis) / (afterAll.keys - atFirst.keys);
  const perKnown = (afterFew.gateHeap - atFirst.gateHeap) / (few - tenants);
  const rows = [
    [`${tenants.toLocaleString('en')} tenants with a credential each`, atFirst],
    [`${few.toLocaleString('en')} credentials have called once`, afterFew],
    [`${credentials.toLocaleString('en')} have, and are saved`, afterAll],
    ['swept, once nobody has used them for two hours', swept],
  ] as const;
  return [
    '## Memory of credentials that are used once',
    '',
    machineText(),
    '',
    ...tableLines(
      ['', 'keys in Redis', 'Redis', "the gate's objects", 'the gate, resident'],
      rows.map(([what, held]) => [
        what,
        held.keys.toLocaleString('en'),
        megabytes(held.redis),
        megabytes(held.gateHeap),
        megabytes(held.gateResident),
      ]),
    ),
    '',
    `The gate's objects take ${perKnown.toFixed(0)} bytes for a credential that it knows. ` +
      `Redis holds ${perCredential.toFixed(0)} bytes for each credential, with a quota and a rate, until ` +
      `it is swept; ${credentials.toLocaleString('en')} of them were swept ` +
      `${(sweptMs / 1_000).toFixed(0)} s after they could be, at most 60 of which the recorder ` +
      'waits for its turn. The gate knows the credentials of late, in tables of a bounded number.',
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A gate and a recorder over a Redis of their own, and who asks. */
async function openPlace() {
  await using opened = new AsyncDisposableStack();
  const redis = opened.use(await startMeasuredRedis('everysec'));
  const nats = opened.use(await ownNats());
  const database = opened.use(await freshDatabase({ migrations: { metering: migrations } }));
  await entitleTenants(database);
  const servers = {
    databaseUrl: database.urls.metering,
    natsUrl: nats.url,
    redisUrl: redis.url,
  };
  const settings = {
    // Ids of calls go before anything is looked at: they are no credential's.
    TOLLGATE_REQUEST_RECORD_TTL_MS: '1000',
    // Everybody is to be counted, however long it takes.
    TOLLGATE_REDIS_TIMEOUT_MS: '1000',
  };
  let heap = Promise.withResolvers<number>();
  const gate = opened.use(
    await startMeteringProcess('gate', {
      servers,
      settings,
      nodeOptions: ['--expose-gc', `--import=data:text/javascript,${encodeURIComponent(tellHeap)}`],
      onLine(line) {
        if (line.startsWith(heapIs)) heap.resolve(Number(line.slice(heapIs.length)));
        return line.startsWith(heapIs);
      },
    }),
  );
  opened.use(await startMeteringProcess('recorder', { servers, settings }));
  const loader = opened.use(startLoader());
  const client = opened.adopt(new Redis(redis.url), (it) => it.disconnect());
  const owned = opened.move();
  return {
    /** Tenants' counters are restored at their first call, which may be refused for it. */
    tenantsAreKnown: () =>
      eventually(
        { withinMs: patienceMs },
        async () => (await callOnce(loader, gate, tenants)) === tenants,
      ),
    async callOnce(credentials: number) {
      const admitted = await callOnce(loader, gate, credentials);
      if (admitted < credentials) throw new Error(`${credentials - admitted} were not admitted`);
    },
    saved: () => eventually({ withinMs: patienceMs }, async () => !(await isUnsaved(client))),
    async look(): Promise<Held> {
      await eventually({ withinMs: patienceMs }, async () => !(await idsRemain(client)));
      heap = Promise.withResolvers();
      process.kill(gate.pid, 'SIGUSR2');
      const gateHeap = await heap.promise;
      const memory = /^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1];
      return {
        keys: await client.dbsize(),
        redis: Number(memory),
        gateResident: residentBytes(gate.pid),
        gateHeap,
      };
    },
    sweep: () => sweep(client),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Answers how many of the calls were admitted. */
async function callOnce(
  loader: Loader,
  gate: MeteringProcess,
  credentials: number,
): Promise<number> {
  const { outcomes } = await loader.run({
    addresses: [gate.address],
    question: { kind: 'gate', keyLimit: gateKeyLimit },
    connections: 4,
    open: 64,
    seconds: patienceMs / 1_000,
    questions: credentials,
    keys: {
      firstTenant: firstTenants.quota,
      tenants,
      keysPerTenant: Math.ceil(credentials / tenants),
    },
    distribution: 'uniform',
  });
  return outcomes['ok'] ?? 0;
}

async function isUnsaved(client: Redis): Promise<boolean> {
  return (await client.exists(names.changed)) === 1;
}

async function idsRemain(client: Redis): Promise<boolean> {
  const [, found] = await client.scan('0', 'MATCH', 'tg:{s0}:ids:*', 'COUNT', 5_000_000);
  return found.length > 0;
}

/**
 * The tenants' clocks go two hours ahead, and what was used in these hours becomes what was used then.
 * Answers how long the recorder leaves it.
 */
async function sweep(client: Redis): Promise<number> {
  for (let at = 0; at < tenants; at += 1) {
    const account = accountName(tenantOf(firstTenants.quota + at), 'live');
    const name = names.account(account);
    await client.setrange(name, clockAt, twoHoursAhead);
  }
  const present = hourAt(Date.now() * 1_000);
  const old = names.seen(present - 2);
  await client.sunionstore(old, names.seen(present - 1), names.seen(present));
  const startedMs = performance.now();
  await client.unlink(names.seen(present - 1), names.seen(present));
  await eventually({ withinMs: patienceMs }, async () => (await client.exists(old)) === 0);
  return performance.now() - startedMs;
}
