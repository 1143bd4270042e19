import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fixedClock, newId, reasonOf } from '@tollgate/runtime';
import { type BillingSystem, startBillingSystem } from './support/billing-system.ts';
import { type Meter, startMeter } from './support/meter.ts';

let system: BillingSystem;
let meter: Meter;
beforeAll(async () => {
  const clock = fixedClock('2026-11-15T12:00:00Z');
  meter = await startMeter(clock);
  system = await startBillingSystem({ clock, meteringUrl: meter.url });
});
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await meter?.[Symbol.asyncDispose]();
});

test('free: the usage of the month on one line of zero', async () => {
  const tenantId = await system.subscribedTenant();
  meter.quantity = 7n;
  expect(await system.clientOf(tenantId).calculateBill({})).toMatchObject({
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
  const tenantId = await system.subscribedTenant();
  const client = system.clientOf(tenantId);
  await client.upgrade({ planId: 'pro' });
  meter.quantity = 12_345n;
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

test('Metering is asked for exactly the live requests of the stored period', async () => {
  const tenantId = await system.subscribedTenant();
  await system.clientOf(tenantId).calculateBill({});
  expect(meter.questions.at(-1)).toMatchObject({
    tenantId,
    environment: 'live',
    meter: 'requests',
    start: instant('2026-11-01T00:00:00Z'),
    end: instant('2026-12-01T00:00:00Z'),
  });
});

test('a tenant without a subscription has no bill', async () => {
  const client = system.clientOf(newId('ten'));
  expect(await client.calculateBill({}).catch(reasonOf)).toBe('NO_SUBSCRIPTION');
});

test('at the turn of the month the next bill begins, also after months without a run', async () => {
  const tenantId = await system.subscribedTenant();
  const client = () => system.clientOf(tenantId);
  system.clock.set('2026-11-30T23:59:59.999Z');
  expect((await client().calculateBill({})).periodEnd).toEqual(instant('2026-12-01T00:00:00Z'));
  system.clock.set('2026-12-01T00:00:00Z');
  expect((await client().calculateBill({})).periodStart).toEqual(instant('2026-12-01T00:00:00Z'));

  await system.stop();
  system.clock.set('2027-05-20T08:00:00Z');
  await system.start();
  expect(await client().calculateBill({})).toMatchObject({
    periodStart: instant('2027-05-01T00:00:00Z'),
    periodEnd: instant('2027-06-01T00:00:00Z'),
  });
  const numbers = await system.database.sql<{ number: number }>(
    'select number from billing.period where tenant_id = $1 order by period_start',
    [tenantId],
  );
  expect(numbers.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('without Metering there is no bill instead of a wrong one', async () => {
  const tenantId = await system.subscribedTenant();
  await meter[Symbol.asyncDispose]();
  const client = system.clientOf(tenantId);
  expect(await client.calculateBill({}).catch(reasonOf)).toBe('DEPENDENCY_UNAVAILABLE');
});

function instant(text: string) {
  return timestampFromMs(Temporal.Instant.from(text).epochMilliseconds);
}
