import { ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BadRequestSchema } from '@tollgate/api/google/rpc/error_details';
import { isolationViolations, newId } from '@tollgate/runtime/database';
import { reasonOf } from '@tollgate/runtime/errors';
import { Client } from 'pg';
import { type BillingSystem, startBillingSystem } from './support/billing-system.ts';

let system: BillingSystem;
beforeAll(async () => {
  system = await startBillingSystem();
});
afterAll(async () => system?.[Symbol.asyncDispose]());

const perMinute = {
  limitId: 'requests-per-minute',
  kind: 'rate',
  requests: 100n,
  window: 'minute',
} as const;

test('free and pro are on offer from the start, cheapest first', async () => {
  const { plans } = await system.clientOf(newId('ten'), 'viewer').listPlans({});
  expect(plans).toMatchObject([
    { planId: 'free', version: 1, currency: 'USD', monthlyFee: '0.00', overageUnitAmount: '0' },
    {
      planId: 'pro',
      version: 1,
      currency: 'USD',
      monthlyFee: '29.00',
      includedRequests: 10_000n,
      overageUnitAmount: '0.001',
      onLimiterUnavailable: 'allow',
      limits: [{ limitId: 'requests-per-minute', requests: 1_200n, burst: 1_200n }],
    },
  ]);
});

test('a new plan is on offer at once, sorted by price, and keeps its id for itself', async () => {
  const draft = { planId: 'starter', name: 'Starter', monthlyFee: '9.5', limits: [perMinute] };
  const { plan } = await system.operator().createPlan(draft);
  expect(plan).toMatchObject({
    planId: 'starter',
    version: 1,
    currency: 'USD',
    monthlyFee: '9.50',
    onLimiterUnavailable: 'deny',
    limits: [{ ...perMinute, burst: 100n }],
  });
  const { plans } = await system.operator().listPlans({});
  expect(plans.map(({ planId }) => planId)).toEqual(['free', 'starter', 'pro']);
  await expect(system.operator().createPlan(draft)).rejects.toMatchObject({ code: 6 });
});

test('of several operators who create the same plan at once, one succeeds', async () => {
  // As many connections are open by then as there will be creators.
  await Promise.all(Array.from({ length: 20 }, () => system.operator().listPlans({})));
  const draft = { planId: 'race', name: 'Race', limits: [perMinute] };
  const outcomes = await Promise.all(
    Array.from({ length: 5 }, () =>
      system
        .operator()
        .createPlan(draft)
        .then(() => 'created', reasonOf),
    ),
  );
  expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'PLAN_ID_TAKEN')).toHaveLength(4);
});

test('everything that is wrong with a plan is said at once', async () => {
  const refused = system.operator().createPlan({
    planId: 'broken',
    name: 'Broken',
    monthlyFee: '1.999',
    limits: [perMinute, perMinute, { ...perMinute, limitId: 'q', kind: 'quota' }],
  });
  const error = await refused.then(
    () => new ConnectError('it was accepted'),
    (cause) => ConnectError.from(cause),
  );
  expect(reasonOf(error)).toBe('INVALID_INPUT');
  const [bad] = error.findDetails(BadRequestSchema);
  expect(bad?.fieldViolations.map(({ field }) => field)).toEqual([
    'monthly_fee',
    'limits[2].window',
    'limits[1].limit_id',
  ]);
});

test('an owner of another tenant may not create plans', async () => {
  const creating = system.clientOf(newId('ten')).createPlan({
    planId: 'own',
    name: 'Own',
    limits: [perMinute],
  });
  expect(await creating.catch(reasonOf)).toBe('PERMISSION_DENIED');
});

test('every table with a tenant isolates tenants', async () => {
  const { database } = system;
  const violations = await isolationViolations(
    (text, values) => database.sql(text, values),
    ['billing'],
  );
  expect(violations).toEqual([]);
});

test('the service itself cannot change a price, a period or the history', async () => {
  const client = new Client({ connectionString: system.database.urls.billing });
  await client.connect();
  try {
    for (const table of ['plan_version', 'plan_limit', 'period', 'subscription_change']) {
      const denied = { code: '42501' };
      await expect(client.query(`delete from billing.${table}`)).rejects.toMatchObject(denied);
      const update = `update billing.${table} set tenant_id = tenant_id`;
      await expect(client.query(update)).rejects.toMatchObject(denied);
    }
  } finally {
    await client.end();
  }
});
