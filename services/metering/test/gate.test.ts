import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { MeteringInternalService } from '@tollgate/api/tollgate/metering/v1/metering_internal_service';
import { eventually } from '@tollgate/testkit';
import { type Entries, tally } from './support/gate-client.ts';
import { quota, rate, startTestMetering, type TestMetering } from './support/metering.ts';

let metering: TestMetering;
beforeAll(async () => {
  metering = await startTestMetering();
});
afterAll(async () => metering?.[Symbol.asyncDispose]());

/** Asks both gates in turn, all at once. */
function admitMany(count: number, entries: Entries) {
  return Promise.all(
    Array.from({ length: count }, (_, at) => metering.gates[at % 2 === 0 ? 0 : 1].admit(entries)),
  );
}

async function usageOf(tenant: TenantId): Promise<number> {
  return Number((await metering.usageApi(tenant).getUsage({})).total);
}

test.each([
  ['quota', quota(100)],
  ['rate', rate(100, 'hour')],
] as const)(
  '2,000 calls at once on a %s of 100 at two gates: exactly 100 are admitted, and counted',
  async (_kind, limit) => {
    const tenant = await metering.entitle({ limits: [limit, rate(1_000_000, 'second')] });
    const answers = await admitMany(2_000, { tenant });
    expect(tally(answers)).toEqual({ OK: 100, OVER_LIMIT: 1_900 });
    expect(await usageOf(tenant)).toBe(100);
  },
);

test('a refusal names the limit, when to retry, and burns nothing of the other limits', async () => {
  const limits = [rate(60, 'minute'), rate(2, 'hour')];
  const tenant = await metering.entitle({ limits });
  const answers = [];
  for (let call = 0; call < 5; call += 1) answers.push(await metering.gates[0].admit({ tenant }));
  expect(answers.map(({ code }) => code)).toEqual([
    'OK',
    'OK',
    'OVER_LIMIT',
    'OVER_LIMIT',
    'OVER_LIMIT',
  ]);
  const refused = answers.at(-1);
  expect(refused?.metadata).toMatchObject({
    limit_id: 'requests-per-hour',
    reason: 'RATE_LIMITED',
    admitted: 'false',
  });
  const retry = Number(refused?.metadata['reset']);
  expect(retry).toBeGreaterThan(1_780);
  expect(retry).toBeLessThanOrEqual(1_800);
  expect(refused?.response?.statuses).toMatchObject([
    { code: 2, limitRemaining: 0, currentLimit: { requestsPerUnit: 2, unit: 3 } },
    { code: 1, currentLimit: { requestsPerUnit: 60, unit: 2 } },
  ]);
  expect(refused?.response?.statuses[1]?.limitRemaining).toBeGreaterThanOrEqual(58);
});

test('whoever waits as long as told is admitted', async () => {
  const tenant = await metering.entitle({ limits: [rate(1, 'second')] });
  await metering.gates[0].admit({ tenant });
  const refused = await metering.gates[1].admit({ tenant });
  expect(refused.code).toBe('OVER_LIMIT');
  const status = refused.response?.statuses[0];
  expect(status?.durationUntilReset).toMatchObject({ seconds: 1n, nanos: 0 });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await metering.gates[0].admit({ tenant })).code).toBe('OK');
});

test('a retry with the same id on the other gate is charged once and answered alike', async () => {
  const tenant = await metering.entitle({ limits: [quota(3)] });
  const rid = randomUUID();
  const first = await metering.gates[0].admit({ tenant, rid });
  const again = await metering.gates[1].admit({ tenant, rid });
  expect([first.code, again.code]).toEqual(['OK', 'OK']);
  expect(again.response?.statuses[0]?.limitRemaining).toBe(2);
  expect(await usageOf(tenant)).toBe(1);
});

test('a failed call is given back once, whichever gate hears of it, and frees its place', async () => {
  const tenant = await metering.entitle({ limits: [quota(1)] });
  const { requestId: rid, metadata } = await metering.gates[0].admit({ tenant });
  expect((await metering.gates[1].admit({ tenant })).code).toBe('OVER_LIMIT');
  const reservation = metadata['reservation'] ?? '';
  await Promise.all(metering.gates.map((gate) => gate.giveBack({ tenant, rid, reservation })));
  await metering.gates[0].giveBack({ tenant, rid });
  expect(await usageOf(tenant)).toBe(0);
  expect(tally(await admitMany(5, { tenant }))).toEqual({ OK: 1, OVER_LIMIT: 4 });
  const { start, end } = currentMonth();
  const of = { environment: 'live', meter: 'requests' } as const;
  const query = { tenantId: tenant, ...of, start, end };
  const internal = metering.recorder.client(MeteringInternalService, { service: 'billing' });
  expect(await internal.getBillableUsage(query)).toMatchObject({
    quantity: 1n,
    admitted: 2n,
    givenBack: 1n,
  });
});

test('a call that was refused, or that nobody asked for, gives nothing back', async () => {
  const tenant = await metering.entitle({ limits: [quota(1)] });
  await metering.gates[0].admit({ tenant });
  const refused = await metering.gates[0].admit({ tenant });
  await metering.gates[0].giveBack({ tenant, rid: refused.requestId });
  await metering.gates[0].giveBack({ tenant, rid: randomUUID() });
  expect(await usageOf(tenant)).toBe(1);
});

test('a call whose failure is told before its charge is never charged, whichever gate is late', async () => {
  const tenant = await metering.entitle({ limits: [quota(1)] });
  const rid = randomUUID();
  await metering.gates[1].giveBack({ tenant, rid });
  await metering.gates[0].admit({ tenant, rid });
  expect(await usageOf(tenant)).toBe(0);
  expect(tally(await admitMany(3, { tenant }))).toEqual({ OK: 1, OVER_LIMIT: 2 });
});

test("a key's own limit holds for this key alone", async () => {
  const tenant = await metering.entitle({ limits: [rate(1_000, 'minute')] });
  const tight = await admitMany(10, { tenant, key: 'key_tight', key_limit: '3/3600' });
  expect(tally(tight)).toEqual({ OK: 3, OVER_LIMIT: 7 });
  expect(tight.at(-1)?.metadata['limit_id']).toBe('requests-of-key');
  expect(tally(await admitMany(10, { tenant, key: 'key_wide' }))).toEqual({ OK: 10 });
});

test('test and live calls are counted apart', async () => {
  const tenant = await metering.entitle({ limits: [quota(2)] });
  expect(tally(await admitMany(4, { tenant }))).toEqual({ OK: 2, OVER_LIMIT: 2 });
  const test = await admitMany(4, { tenant, environment: 'test' });
  expect(tally(test)).toEqual({ OK: 2, OVER_LIMIT: 2 });
  expect(await usageOf(tenant)).toBe(2);
});

test('an upgrade counts at both gates in under a second, and begins with a whole limit', async () => {
  const tenant = await metering.entitle({ limits: [rate(2, 'hour')] });
  expect(tally(await admitMany(6, { tenant }))).toEqual({ OK: 2, OVER_LIMIT: 4 });
  await metering.entitle({ version: 2n, limits: [rate(50, 'hour')] }, tenant);
  await eventually({ withinMs: 1_000 }, async () => {
    for (const gate of metering.gates) expect((await gate.admit({ tenant })).code).toBe('OK');
  });
  // Older news that come late change nothing.
  await metering.entitle({ version: 1n, limits: [rate(1, 'hour')] }, tenant);
  expect((await metering.gates[0].admit({ tenant })).code).toBe('OK');
});

test('a tenant that nobody has heard of is not admitted while Billing does not answer', async () => {
  const { code } = await metering.gates[0].admit({ tenant: 'ten_01h455vb4pex5vsknk084sn02q' });
  expect(code).toBe(14);
});

test('calls to our own API have limits of their own and are never counted', async () => {
  const tenant = await metering.entitle({ limits: [quota(1)] });
  const own = await admitMany(65, { tenant, class: 'api' });
  expect(tally(own)).toEqual({ OK: 60, OVER_LIMIT: 5 });
  const anonymous = {
    tenant: 'anonymous',
    class: 'api',
    key: 'none',
    masked_remote_address: '192.0.2.7/32',
  };
  expect(tally(await admitMany(8, anonymous))).toEqual({ OK: 5, OVER_LIMIT: 3 });
  const neighbour = { ...anonymous, masked_remote_address: '192.0.2.8/32' };
  expect(tally(await admitMany(2, neighbour))).toEqual({ OK: 2 });
  expect(await usageOf(tenant)).toBe(0);
});

test.each([
  ['no tenant', { tenant: '' }],
  ['an anonymous caller of a counted class', { tenant: 'anonymous' }],
  ['no key', { key: 'none' }],
  ['no id of the request', { rid: '' }],
  ['an unknown class', { class: 'other' }],
  ['an unknown environment', { environment: 'prod' }],
  ['a broken limit of the key', { key_limit: '5' }],
  ['an unknown phase', { phase: 'maybe' }],
])('a question with %s is an error, never an admission', async (_what, entries) => {
  const tenant = await metering.entitle({ limits: [quota(1)] });
  expect((await metering.gates[0].admit({ tenant, ...entries })).code).toBe(3);
});

function currentMonth() {
  const now = new Date();
  const at = (month: number) => ({
    seconds: BigInt(Date.UTC(now.getUTCFullYear(), month, 1) / 1000),
  });
  return { start: at(now.getUTCMonth()), end: at(now.getUTCMonth() + 1) };
}
