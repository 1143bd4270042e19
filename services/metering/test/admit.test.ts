import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { admitAtScript } from '../src/admission/admit-script.ts';
import { decodeReply } from '../src/admission/decode-reply.ts';
import { encodeBatch } from '../src/admission/encode-batch.ts';
import type { Account, NamedLimit, Operation, Outcome } from '../src/admission/operation.ts';
import { reservationText } from '../src/counters/domain/reservation.ts';
import { slotAt } from '../src/counters/domain/slot.ts';
import { keys } from '../src/counters/keys.ts';
import { createPackedWriter } from '../src/counters/packed.ts';
import { type EncodedBatch, runBatch } from '../src/counters/run-batch.ts';
import { quotaLimit, rateLimit } from '../src/policies/domain/limit.ts';
import { createModel } from './support/admit-model.ts';
import { testRedis } from './support/redis.ts';

const redis = testRedis();
afterAll(async () => redis[Symbol.asyncDispose]());

const run = 'run-of-the-test';
/** Two seconds before a slot that also begins a month. */
const startUs = Date.UTC(2026, 10, 30, 23, 59, 58) * 1000;

/** Decides a batch at a chosen time. */
async function decide(operations: Operation[], nowUs: number): Promise<readonly Outcome[]> {
  const slot = slotAt(nowUs);
  const terms = { slot, deadlineUs: nowUs, run, recordTtlMs: 600_000 };
  const raw = await runAt(nowUs, encodeBatch(operations, terms));
  const reply = decodeReply(raw, operations, slot);
  if (reply.kind !== 'decided') throw new Error('not decided');
  return reply.outcomes;
}

function runAt(nowUs: number, batch: EncodedBatch): Promise<unknown> {
  const now = createPackedWriter();
  now.begin();
  now.number(nowUs);
  return runBatch(redis, admitAtScript, { ...batch, args: [...batch.args, now.end()] });
}

async function newTenant(): Promise<string> {
  const tenant = `ten_${randomUUID()}`;
  await redis.set(keys.epoch(tenant), `${run}|1`);
  return tenant;
}

function account(
  tenant: string,
  limits: Parameters<typeof named>[1][],
  options: { keyId?: string } = {},
): Account {
  return {
    tenant,
    environment: 'live',
    keyId: options.keyId ?? 'key_a',
    limits: limits.map((limit) => named(tenant, limit)),
  };
}

function named(tenant: string, limit: NamedLimit['limit']): NamedLimit {
  const key = limit.kind === 'rate' ? keys.rate(tenant, 'live', limit.limitId, limit) : '';
  return { limit, key };
}

function admit(of: Account, requestId: string = randomUUID()): Operation {
  return { kind: 'admit', account: of, requestId };
}

function verdicts(outcomes: readonly Outcome[]): string[] {
  return outcomes.map(({ verdict }) => verdict);
}

const limits = fc.oneof(
  fc
    .record({
      requests: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1e12 })),
      windowSeconds: fc.constantFrom(1, 7, 60, 3600),
      burst: fc.integer({ min: 1, max: 12 }),
    })
    .map((rate) => rateLimit({ limitId: 'rate', ...rate })),
  fc.integer({ min: 1, max: 30 }).map((requests) => quotaLimit('quota', requests)),
);

const steps = fc.array(
  fc.record({
    laterUs: fc.oneof(
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 3_000_000 }),
      fc.integer({ min: 0, max: 4_000_000_000 }),
    ),
    requests: fc.array(
      fc.record({
        kind: fc.constantFrom('admit', 'admit', 'admit', 'charge', 'giveBack', 'find'),
        account: fc.nat({ max: 2 }),
        request: fc.nat({ max: 40 }),
      }),
      { maxLength: 25 },
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

test('a batch decides exactly as one request after the other, for any limits and times', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(limits, { maxLength: 3 }), steps, async (chosen, timeline) => {
      const tenant = await newTenant();
      const unique = chosen.map((limit, at) => ({ ...limit, limitId: `${limit.limitId}-${at}` }));
      const accounts = ['key_a', 'key_b', 'key_c'].map((keyId, at) =>
        account(tenant, unique.slice(0, chosen.length - (at % 2)), { keyId }),
      );
      const model = createModel();
      const reserved = new Map<string, Operation & { kind: 'giveBack' }>();
      let nowUs = startUs;
      for (const { laterUs, requests } of timeline) {
        nowUs += laterUs;
        const batch = requests.flatMap(({ kind, account: at, request }): Operation[] => {
          const requestId = `r${request}`;
          if (kind === 'giveBack') return [reserved.get(requestId) ?? []].flat();
          if (kind === 'find') return [{ kind, tenant, requestId }];
          const of = accounts[at] as Account;
          if (kind === 'charge') return [{ kind, account: of, requestId, untilMs: 0 }];
          return [{ kind: 'admit', account: of, requestId }];
        });
        const expected = batch.map((operation) => model.decide(operation, nowUs));
        const outcomes = await decide(batch, nowUs);
        expect(
          outcomes.map(({ verdict, states, reservation }, at) => ({
            verdict,
            remaining: states.map((state) => state.remaining),
            ...(batch[at]?.kind === 'find' && reservation
              ? { found: reservationText(reservation) }
              : {}),
          })),
        ).toEqual(expected);
        outcomes.forEach(({ reservation }, at) => {
          const { requestId } = batch[at] as Operation;
          if (!reservation) return;
          reserved.set(requestId, { kind: 'giveBack', tenant, reservation, requestId });
        });
      }
      await expectUsage(tenant, model);
    }),
    { numRuns: 150 },
  );
});

async function expectUsage(tenant: string, model: ReturnType<typeof createModel>) {
  for (const [name, { admitted, givenBack }] of model.usage) {
    const [, mark = ''] = name.split(' ');
    const [environment, slot, keyId] = mark.split('|');
    const hash = await redis.hgetall(`tg:{${tenant}}:usage:${environment}:${slot}`);
    expect(Number(hash[`${keyId}|requests|a`] ?? 0)).toBe(admitted);
    expect(Number(hash[`${keyId}|requests|g`] ?? 0)).toBe(givenBack);
    expect(await redis.sismember(keys.dirty(tenant), mark)).toBe(1);
    expect(await redis.sismember(keys.dirtyTenants, tenant)).toBe(1);
  }
  for (const [month, used] of model.months) {
    expect(Number((await redis.get(month)) ?? 0)).toBe(used);
  }
}

test('10 a minute: 9 calls at second 59 and 10 at second 61 admit 10, not 19', async () => {
  const acme = account(await newTenant(), [
    rateLimit({ limitId: 'requests-per-minute', requests: 10, windowSeconds: 60 }),
  ]);
  const minuteUs = Date.UTC(2026, 10, 21, 12, 0, 0) * 1000;
  const before = await decide(
    Array.from({ length: 9 }, () => admit(acme)),
    minuteUs + 59_000_000,
  );
  const after = await decide(
    Array.from({ length: 10 }, () => admit(acme)),
    minuteUs + 61_000_000,
  );
  expect(verdicts(before)).toEqual(Array(9).fill('done'));
  expect(verdicts(after)).toEqual(['done', ...Array(9).fill('refused')]);
});

test('a limit that does not divide its window admits exactly its number a window, for ever', async () => {
  const limit = rateLimit({ limitId: 'odd', requests: 7, windowSeconds: 60, burst: 2 });
  const acme = account(await newTenant(), [limit]);
  let nowUs = Date.UTC(2026, 10, 21, 12, 0, 0) * 1000;
  const firstUs = nowUs;
  await decide([admit(acme)], nowUs);
  for (let call = 1; call <= 700; call += 1) {
    const [outcome] = await decide([admit(acme)], nowUs);
    expect(outcome?.verdict).toBe('done');
    // The next is admitted at call * 60 s / 7 after the first, and not a microsecond earlier.
    nowUs = firstUs + Math.ceil((call * 60_000_000) / 7);
    const [early] = await decide([admit(acme)], nowUs - 1);
    expect(early?.verdict).toBe('refused');
  }
  expect(nowUs - firstUs).toBe(6_000_000_000);
});

test('a refusal by one limit burns nothing of the others, and leaves no trace', async () => {
  const tenant = await newTenant();
  const acme = account(tenant, [
    rateLimit({ limitId: 'wide', requests: 100, windowSeconds: 60 }),
    quotaLimit('requests-per-month', 3),
  ]);
  await decide(
    Array.from({ length: 3 }, () => admit(acme)),
    startUs,
  );
  const [state] = (await decide([admit(acme)], startUs)).map(({ states }) => states);
  const namesBefore = await redis.keys(`tg:{${tenant}}*`);
  const refused = await decide(
    Array.from({ length: 50 }, () => admit(acme)),
    startUs,
  );
  expect(new Set(verdicts(refused))).toEqual(new Set(['refused']));
  expect(refused.at(-1)?.states).toEqual(state);
  expect(state?.map(({ remaining }) => remaining)).toEqual([97, 0]);
  expect((await redis.keys(`tg:{${tenant}}*`)).sort()).toEqual(namesBefore.sort());
});

test('obeying the time to retry succeeds, and a microsecond less does not', async () => {
  const limit = rateLimit({ limitId: 'odd', requests: 13, windowSeconds: 7, burst: 3 });
  const acme = account(await newTenant(), [limit]);
  await decide(
    Array.from({ length: 3 }, () => admit(acme)),
    startUs,
  );
  const [refused] = await decide([admit(acme)], startUs);
  const retryUs = refused?.states[0]?.retryUs ?? 0;
  expect(retryUs).toBe(Math.ceil(7_000_000 / 13));
  expect(verdicts(await decide([admit(acme)], startUs + retryUs - 1))).toEqual(['refused']);
  expect(verdicts(await decide([admit(acme)], startUs + retryUs))).toEqual(['done']);
});

test('a clock that is set back closes a limit for one refill at most', async () => {
  const limit = rateLimit({ limitId: 'rate', requests: 10, windowSeconds: 60 });
  const acme = account(await newTenant(), [limit]);
  await decide(
    Array.from({ length: 10 }, () => admit(acme)),
    startUs,
  );
  const earlierUs = startUs - 86_400_000_000;
  const [refused] = await decide([admit(acme)], earlierUs);
  expect(refused?.states[0]).toMatchObject({ remaining: 0, retryUs: 6_000_000 });
});

test('a tenant without an epoch of this run is not decided, and nothing is charged', async () => {
  const tenant = await newTenant();
  const acme = account(tenant, [quotaLimit('requests-per-month', 3)]);
  for (const epoch of ['another-run|1', undefined]) {
    if (epoch) await redis.set(keys.epoch(tenant), epoch);
    else await redis.del(keys.epoch(tenant));
    expect(await decide([admit(acme)], startUs)).toEqual([{ verdict: 'incomplete', states: [] }]);
  }
  expect(await redis.keys(`tg:{${tenant}}*`)).toEqual([]);
});

test('a batch past its deadline, or named after another slot, does nothing', async () => {
  const tenant = await newTenant();
  const acme = account(tenant, [quotaLimit('requests-per-month', 3)]);
  const terms = { slot: slotAt(startUs), deadlineUs: startUs - 1, run, recordTtlMs: 1000 };
  for (const nowUs of [startUs, startUs + 2_000_000]) {
    const raw = await runAt(nowUs, encodeBatch([admit(acme)], terms));
    expect(decodeReply(raw, [admit(acme)], terms.slot)).toEqual({ kind: 'again', nowUs });
  }
  expect(await redis.keys(`tg:{${tenant}}*`)).toEqual([keys.epoch(tenant)]);
});

test('a script that Redis has forgotten is sent again', async () => {
  const acme = account(await newTenant(), [quotaLimit('requests-per-month', 3)]);
  await redis.script('FLUSH');
  expect(verdicts(await decide([admit(acme)], startUs))).toEqual(['done']);
});
