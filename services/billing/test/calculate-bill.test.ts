import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { toProtoTime } from '@tollgate/api';
import { newId } from '@tollgate/runtime/database';
import { reasonOf } from '@tollgate/runtime/errors';
import { type BillingSystem, startBillingSystem } from './support/billing-system.ts';
import { record } from './support/metering.ts';

let system: BillingSystem;
beforeAll(async () => {
  system = await startBillingSystem({ metering: true });
});
afterAll(async () => system?.[Symbol.asyncDispose]());

test('free: what was admitted and not given back, on one line of zero', async () => {
  const tenantId = await system.subscribedTenant();
  const hour = '2026-11-10T00:00:00Z';
  await record(system.database, { tenantId, hour, admitted: 9n, givenBack: 2n });
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
  await record(system.database, { tenantId, hour: '2026-11-01T00:00:00Z', admitted: 12_345n });
  const client = system.clientOf(tenantId);
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

test('other months, test traffic and other tenants are on no bill of this one', async () => {
  const tenantId = await system.subscribedTenant();
  const { database } = system;
  await record(database, { tenantId, hour: '2026-10-31T23:00:00Z', admitted: 1n });
  await record(database, { tenantId, hour: '2026-11-01T00:00:00Z', admitted: 10n });
  await record(database, { tenantId, hour: '2026-11-30T23:00:00Z', admitted: 100n });
  await record(database, { tenantId, hour: '2026-12-01T00:00:00Z', admitted: 1_000n });
  const hour = '2026-11-15T11:00:00Z';
  await record(database, { tenantId, hour, environment: 'test', admitted: 10_000n });
  await record(database, { tenantId: newId('ten'), hour, admitted: 100_000n });
  expect((await system.clientOf(tenantId).calculateBill({})).quantity).toBe(110n);
});

test('a tenant without a subscription has no bill', async () => {
  const client = system.clientOf(newId('ten'));
  expect(await client.calculateBill({}).catch(reasonOf)).toBe('NO_SUBSCRIPTION');
});

test('at the turn of the month the next bill begins, also after months without a run', async () => {
  const tenantId = await system.subscribedTenant();
  const calculate = () => system.clientOf(tenantId).calculateBill({});
  system.clock.set('2026-11-30T23:59:59.999Z');
  expect((await calculate()).periodEnd).toEqual(instant('2026-12-01T00:00:00Z'));
  system.clock.set('2026-12-01T00:00:00Z');
  expect((await calculate()).periodStart).toEqual(instant('2026-12-01T00:00:00Z'));

  await system.stop();
  system.clock.set('2027-05-20T08:00:00Z');
  await system.start();
  expect(await calculate()).toMatchObject({
    periodStart: instant('2027-05-01T00:00:00Z'),
    periodEnd: instant('2027-06-01T00:00:00Z'),
  });
  const numbers = await system.database.sql<{ number: number }>(
    'select number from billing.period where tenant_id = $1 order by period_start',
    [tenantId],
  );
  expect(numbers.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a bill from the last snapshot, while Redis is gone, says so', async () => {
  const tenantId = await system.subscribedTenant();
  await system.metering?.killRedis();
  let degraded: string | null = null;
  await system.clientOf(tenantId).calculateBill(
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
  const tenantId = await system.subscribedTenant();
  await system.metering?.stop();
  const client = system.clientOf(tenantId);
  expect(await client.calculateBill({}).catch(reasonOf)).toBe('DEPENDENCY_UNAVAILABLE');
});

function instant(text: string) {
  return toProtoTime(Temporal.Instant.from(text));
}
