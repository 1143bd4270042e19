import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { type Database, newId, openDatabase } from '@tollgate/runtime/database';
import { type FreshDatabase, freshDatabase, ownRedis, testPlatform } from '@tollgate/testkit';
import { admitAtScript } from '../src/admission/admit-script.ts';
import { decodeReply } from '../src/admission/decode-reply.ts';
import { encodeBatch } from '../src/admission/encode-batch.ts';
import type { Operation, Outcome } from '../src/admission/operation.ts';
import { type Counters, openCounters } from '../src/counters/connect.ts';
import { slotAt } from '../src/counters/domain/slot.ts';
import { createPackedWriter } from '../src/counters/packed.ts';
import { migrations } from '../src/migrations/index.ts';
import { quotaLimit } from '../src/policies/domain/limit.ts';
import { createSaver } from '../src/snapshots/save-counters.ts';

/** When usage was counted by whole hours, counters and rows had these names. */
const hour = '2026-11-21T01';
const hourBefore = '2026-11-21T00';

/** Minutes of the hour in which the version changes: of its first slot, and of a later one. */
const minutes = [5, 50];

const platform = testPlatform('metering');
const opened = new AsyncDisposableStack();
let counters: Counters;
let fresh: FreshDatabase;
let database: Database;
let tenantIds: readonly TenantId[];
beforeAll(async () => {
  opened.use(platform);
  const redis = opened.use(await ownRedis());
  counters = opened.use(await openCounters({ url: redis.url, name: 'test' }, platform));
  const before = migrations.filter(({ name }) => name < '0002-');
  fresh = opened.use(await freshDatabase({ migrations: { metering: before } }));
  tenantIds = await Promise.all(minutes.map(countedByHours));
  await fresh.migrate('metering');
  const config = { url: fresh.urls.metering, poolMax: 2 };
  database = opened.use(await openDatabase(config, { rows: [], migrations }, platform));
});
afterAll(async () => opened.disposeAsync());

/** Four calls that Postgres knows, and of the hour under way seven, one given back, that it does not. */
async function countedByHours(): Promise<TenantId> {
  const tenantId = newId('ten');
  await fresh.sql('insert into metering.tenant_epoch (tenant_id, epoch) values ($1, 1)', [
    tenantId,
  ]);
  await fresh.sql(
    `insert into metering.usage_counter
       (tenant_id, environment, meter, hour, key_id, admitted, given_back)
     values ($1, 'live', 'requests', $2, 'key_a', 4, 0), ($1, 'live', 'requests', $3, 'key_a', 5, 0)`,
    [tenantId, `${hourBefore}:00Z`, `${hour}:00Z`],
  );
  const mark = `live|${hour}|key_a`;
  await counters.ask(async (redis) => {
    await redis.set(`tg:{${tenantId}}:epoch`, `${counters.run()}|1`);
    const counts = { 'key_a|requests|a': 7, 'key_a|requests|g': 1 };
    await redis.hset(`tg:{${tenantId}}:usage:live:${hour}`, counts);
    await redis.set(`tg:{${tenantId}}:month:live:2026-11`, 10);
    await redis.set(`tg:{${tenantId}}:rid:call-of-before`, mark, 'EX', 60);
    await redis.sadd(`tg:{${tenantId}}:dirty`, mark);
    await redis.sadd('tg:dirty', tenantId);
  });
  return tenantId;
}

async function decide(operations: Operation[], nowUs: number): Promise<readonly Outcome[]> {
  const slot = slotAt(nowUs);
  const terms = { slot, deadlineUs: nowUs, run: counters.run(), recordTtlMs: 60_000 };
  const batch = encodeBatch(operations, terms);
  const now = createPackedWriter();
  now.begin();
  now.number(nowUs);
  const raw = await counters.batch(admitAtScript, { ...batch, args: [...batch.args, now.end()] });
  const reply = decodeReply(raw, operations, slot);
  if (reply.kind !== 'decided') throw new Error('not decided');
  return reply.outcomes;
}

function admissions(tenant: TenantId, count: number): Operation[] {
  const limits = [{ limit: quotaLimit('requests-per-month', 12), key: '' }];
  const account = { tenant, environment: 'live', keyId: 'key_a', limits } as const;
  return Array.from({ length: count }, (_, at) => {
    return { kind: 'admit', account, requestId: `call-${at}` };
  });
}

async function savedOf(tenantId: TenantId) {
  const rows = await fresh.sql<{ slot: Date; admitted: string; given_back: string }>(
    `select slot, admitted, given_back from metering.usage_counter
     where tenant_id = $1 order by slot`,
    [tenantId],
  );
  return rows.map(({ slot, admitted, given_back }) => [
    slot.toISOString().slice(0, 16),
    Number(admitted),
    Number(given_back),
  ]);
}

test.each([
  [5, [[`${hour}:00`, 9, 2]]],
  [
    50,
    [
      [`${hour}:00`, 7, 2],
      [`${hour}:45`, 2, 0],
    ],
  ],
])(
  'counted by hours until minute %d: everything goes on, and nothing twice',
  async (minute, of) => {
    const tenantId = tenantIds[minutes.indexOf(minute)] as TenantId;
    const nowUs = Date.UTC(2026, 10, 21, 1, minute) * 1_000;
    const saver = createSaver({ ...platform, database, counters });

    // The month's quota of 12 had ten.
    const admitted = await decide(admissions(tenantId, 3), nowUs);
    expect(admitted.map(({ verdict }) => verdict)).toEqual(['done', 'done', 'refused']);

    // A call of before is found where it was counted, and given back once.
    const requestId = 'call-of-before';
    const [found] = await decide([{ kind: 'find', tenant: tenantId, requestId }], nowUs);
    const reservation = found?.reservation;
    if (!reservation) throw new Error('the call is not found');
    const giveBack = { kind: 'giveBack', tenant: tenantId, requestId, reservation } as const;
    const verdicts = (await decide([giveBack, giveBack], nowUs)).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(['done', 'nothing']);

    expect(await saver.saveTenant(tenantId)).toEqual({ saved: of.length, outdated: [] });
    expect(await saver.saveTenant(tenantId)).toEqual({ saved: 0, outdated: [] });
    expect(await savedOf(tenantId)).toEqual([[`${hourBefore}:00`, 4, 0], ...of]);
    const month = `tg:{${tenantId}}:month:live:2026-11`;
    expect(await counters.ask((redis) => redis.get(month))).toBe('11');
  },
);
