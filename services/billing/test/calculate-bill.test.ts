import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { toProtoTime } from '@tollgate/api';
import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import { newId } from '@tollgate/runtime/database';
import { fixedClock } from '@tollgate/runtime/service';
import {
  type Caller,
  operator,
  refusal,
  startForTest,
  type TestService,
  user,
} from '@tollgate/testkit';
import { subscribedTenant } from './support/subscribers.ts';
import { record } from './support/usage.ts';

const clock = fixedClock('2026-11-15T12:00:00Z');
let recorder: TestService;
let billing: TestService;
beforeAll(async () => {
  recorder = await startForTest('recorder', { clock });
  const settings = { TOLLGATE_METERING_URL: recorder.url };
  billing = await startForTest('billing', { beside: recorder, settings });
});
afterAll(async () => {
  await billing?.[Symbol.asyncDispose]();
  await recorder?.[Symbol.asyncDispose]();
});

const clientOf = (caller: Caller) => billing.client(BillingService, caller);

test('free: what was admitted and not given back, on one line of zero', async () => {
  const tenantId = await subscribedTenant(billing);
  const slot = '2026-11-10T00:00:00Z';
  await record(billing.place.database, { tenantId, slot, admitted: 9n, givenBack: 2n });
  expect(await clientOf(user(tenantId)).calculateBill({})).toMatchObject({
    currency: 'USD',
    planId: 'free',
    planVersion: 1,
    quantity: 7n,
    total: '0.00',
    lines: [
      { kind: 'monthly_fee', quantity: 1n, unitAmount: '0.00', amount: '0.00' },
      { kind: 'included_usage', quantity: 7n, unitAmount: '0', amount: '0.00' },
    ],
    periodStart: instant('2026-11-01T00:00:00Z'),
    periodEnd: instant('2026-12-01T00:00:00Z'),
  });
});

test('after an upgrade the whole month is rated with the new plan', async () => {
  const tenantId = await subscribedTenant(billing);
  await record(billing.place.database, {
    tenantId,
    slot: '2026-11-01T00:00:00Z',
    admitted: 12_345n,
  });
  const client = clientOf(user(tenantId));
  await client.upgrade({ planId: 'pro' });
  expect(await client.calculateBill({})).toMatchObject({
    planId: 'pro',
    quantity: 12_345n,
    total: '31.35',
    lines: [
      { kind: 'monthly_fee', quantity: 1n, unitAmount: '29.00', amount: '29.00' },
      { kind: 'included_usage', quantity: 10_000n, unitAmount: '0', amount: '0.00' },
      { kind: 'overage', quantity: 2_345n, unitAmount: '0.001', amount: '2.35' },
    ],
  });
});

test('usage that comes to more than any amount is said to, and names the plan', async () => {
  const tenantId = await subscribedTenant(billing);
  const price = { priceId: 'requests', meter: 'requests', kind: 'per_unit' } as const;
  await clientOf(operator).createPlan({
    planId: 'dear',
    name: 'Dear',
    prices: [{ ...price, unitPrice: '900000000000000' }],
    limits: [{ limitId: 'month', kind: 'quota', requests: 100n, window: 'month' }],
  });
  const client = clientOf(user(tenantId));
  await client.upgrade({ planId: 'dear' });
  const slot = '2026-11-10T00:00:00Z';
  const { database } = billing.place;
  await record(database, { tenantId, slot, admitted: 102n });
  expect((await client.calculateBill({})).total).toBe('91800000000000000.00');
  await record(database, { tenantId, slot: '2026-11-10T01:00:00Z', admitted: 1n });
  await expect(client.calculateBill({})).rejects.toMatchObject({ code: Code.FailedPrecondition });
  expect(await refusal(client.calculateBill({}))).toBe('AMOUNT_OUT_OF_RANGE');
});

test('other months, test traffic and other tenants are on no bill of this one', async () => {
  const tenantId = await subscribedTenant(billing);
  const { database } = billing.place;
  await record(database, { tenantId, slot: '2026-10-31T23:00:00Z', admitted: 1n });
  await record(database, { tenantId, slot: '2026-11-01T00:00:00Z', admitted: 10n });
  await record(database, { tenantId, slot: '2026-11-30T23:00:00Z', admitted: 100n });
  await record(database, { tenantId, slot: '2026-12-01T00:00:00Z', admitted: 1_000n });
  const slot = '2026-11-15T11:00:00Z';
  await record(database, { tenantId, slot, environment: 'test', admitted: 10_000n });
  await record(database, { tenantId: newId('ten'), slot, admitted: 100_000n });
  expect((await clientOf(user(tenantId)).calculateBill({})).quantity).toBe(110n);
});

test('a tenant without a subscription has no bill', async () => {
  const client = clientOf(user(newId('ten')));
  expect(await refusal(client.calculateBill({}))).toBe('NO_SUBSCRIPTION');
});

test('at the turn of the month the next bill begins, also after months without a run', async () => {
  const tenantId = await subscribedTenant(billing);
  const calculate = () => clientOf(user(tenantId)).calculateBill({});
  clock.set('2026-11-30T23:59:59.999Z');
  expect((await calculate()).periodEnd).toEqual(instant('2026-12-01T00:00:00Z'));
  clock.set('2026-12-01T00:00:00Z');
  expect((await calculate()).periodStart).toEqual(instant('2026-12-01T00:00:00Z'));

  await billing.stop();
  clock.set('2027-05-20T08:00:00Z');
  await billing.start();
  expect(await calculate()).toMatchObject({
    periodStart: instant('2027-05-01T00:00:00Z'),
    periodEnd: instant('2027-06-01T00:00:00Z'),
  });
  const numbers = await billing.place.database.sql<{ number: number }>(
    'select number from billing.period where tenant_id = $1 order by period_start',
    [tenantId],
  );
  expect(numbers.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a bill from the last snapshot, while Redis is gone, says so', async () => {
  const tenantId = await subscribedTenant(billing);
  await (await recorder.place.redis()).kill();
  let degraded: string | null = null;
  await clientOf(user(tenantId)).calculateBill(
    {},
    {
      onHeader: (header) => {
        degraded = header.get('x-tollgate-degraded');
      },
    },
  );
  expect(degraded).toBe('true');
});

test('without Metering there is no bill instead of a wrong one', async () => {
  const tenantId = await subscribedTenant(billing);
  await recorder.stop();
  const client = clientOf(user(tenantId));
  expect(await refusal(client.calculateBill({}))).toBe('DEPENDENCY_UNAVAILABLE');
});

function instant(text: string) {
  return toProtoTime(Temporal.Instant.from(text));
}
