import { create } from '@bufbuild/protobuf';
import { ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BadRequestSchema } from '@tollgate/api/google/rpc/error_details';
import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import { PlanPriceSchema } from '@tollgate/api/tollgate/billing/v1/prices';
import { isolationViolations, newId } from '@tollgate/runtime/database';
import { reasonOf } from '@tollgate/runtime/errors';
import {
  type Caller,
  operator,
  refusal,
  startForTest,
  type TestService,
  user,
} from '@tollgate/testkit';
import { Client } from 'pg';

let billing: TestService;
beforeAll(async () => {
  billing = await startForTest('billing');
});
afterAll(async () => billing?.[Symbol.asyncDispose]());

const clientOf = (caller: Caller) => billing.client(BillingService, caller);

const perMinute = {
  limitId: 'requests-per-minute',
  kind: 'rate',
  requests: 100n,
  window: 'minute',
} as const;

const fee = (amount: string) => create(PlanPriceSchema, { priceId: 'fee', kind: 'flat', amount });

test('free and pro are on offer from the start, cheapest first', async () => {
  const { plans } = await clientOf(user(newId('ten'), { role: 'viewer' })).listPlans({});
  expect(plans).toMatchObject([
    {
      planId: 'free',
      version: 1,
      currency: 'USD',
      prices: [
        { priceId: 'fee', meter: '', kind: 'flat', amount: '0', timing: 'in_advance' },
        { priceId: 'requests', meter: 'requests', kind: 'per_unit', unitPrice: '0' },
      ],
    },
    {
      planId: 'pro',
      version: 1,
      currency: 'USD',
      prices: [
        { priceId: 'fee', meter: '', kind: 'flat', amount: '29', timing: 'in_advance' },
        { priceId: 'requests', kind: 'per_unit', unitPrice: '0.001', freeUnits: '10000' },
      ],
      onLimiterUnavailable: 'allow',
      limits: [{ limitId: 'requests-per-minute', requests: 1_200n, burst: 1_200n }],
    },
  ]);
});

test('a new plan is on offer at once, sorted by price, and keeps its id for itself', async () => {
  const draft = { planId: 'starter', name: 'Starter', prices: [fee('9.5')], limits: [perMinute] };
  const { plan } = await clientOf(operator).createPlan(draft);
  expect(plan).toMatchObject({
    planId: 'starter',
    version: 1,
    currency: 'USD',
    prices: [{ ...fee('9.5'), timing: 'in_advance' }],
    onLimiterUnavailable: 'deny',
    limits: [{ ...perMinute, burst: 100n }],
  });
  const { plans } = await clientOf(operator).listPlans({});
  expect(plans.map(({ planId }) => planId)).toEqual(['free', 'starter', 'pro']);
  await expect(clientOf(operator).createPlan(draft)).rejects.toMatchObject({ code: 6 });
});

test('a plan with tiers, packages and a minimum comes back as it was written', async () => {
  const requests = create(PlanPriceSchema, {
    priceId: 'requests',
    meter: 'requests',
    kind: 'graduated',
    freeUnits: '100',
    tiers: [
      { upTo: '1000', unitPrice: '0.01', flatFee: '2' },
      { unitPrice: '0.50', packageSize: '100' },
    ],
    flatOnZero: false,
    minimum: '5',
    rounding: 'half_even',
  });
  const draft = { planId: 'tiers', name: 'Tiers', prices: [fee('99'), requests] };
  await clientOf(operator).createPlan({ ...draft, limits: [perMinute] });
  const { plans } = await clientOf(operator).listPlans({});
  const found = plans.find(({ planId }) => planId === 'tiers');
  expect(found?.prices).toMatchObject([{ ...fee('99'), timing: 'in_advance' }, requests]);
});

test('of several operators who create the same plan at once, one succeeds', async () => {
  // As many connections are open by then as there will be creators.
  await Promise.all(Array.from({ length: 20 }, () => clientOf(operator).listPlans({})));
  const draft = { planId: 'race', name: 'Race', limits: [perMinute] };
  const outcomes = await Promise.all(
    Array.from({ length: 5 }, () => refusal(clientOf(operator).createPlan(draft))),
  );
  expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'PLAN_ID_TAKEN')).toHaveLength(4);
});

test('everything that is wrong with a plan is said at once', async () => {
  const refused = clientOf(operator).createPlan({
    planId: 'broken',
    name: 'Broken',
    prices: [
      fee('1.999'),
      {
        priceId: 'requests',
        meter: 'requests',
        kind: 'graduated',
        tiers: [{ upTo: '10', unitPrice: '1e3' }, { unitPrice: '0' }],
      },
      { priceId: 'share', meter: 'requests', kind: 'percentage', percent: '2' },
    ],
    limits: [perMinute, perMinute, { ...perMinute, limitId: 'q', kind: 'quota' }],
  });
  const error = await refused.then(
    () => new ConnectError('it was accepted'),
    (cause) => ConnectError.from(cause),
  );
  expect(reasonOf(error)).toBe('INVALID_INPUT');
  const [bad] = error.findDetails(BadRequestSchema);
  expect(bad?.fieldViolations.map(({ field }) => field)).toEqual([
    'prices[0].amount',
    'prices[1].tiers[0].unit_price',
    'prices[2].kind',
    'prices[2].meter',
    'limits[2].window',
    'limits[1].limit_id',
  ]);
});

test('an owner of another tenant may not create plans', async () => {
  const creating = clientOf(user(newId('ten'))).createPlan({
    planId: 'own',
    name: 'Own',
    limits: [perMinute],
  });
  expect(await refusal(creating)).toBe('PERMISSION_DENIED');
});

test('every table with a tenant isolates tenants', async () => {
  const { database } = billing.place;
  const violations = await isolationViolations(
    (text, values) => database.sql(text, values),
    ['billing'],
  );
  expect(violations).toEqual([]);
});

test('the service itself cannot change a price, a period or the history', async () => {
  const client = new Client({ connectionString: billing.place.database.urls.billing });
  await client.connect();
  try {
    for (const table of [
      'plan_version',
      'plan_price',
      'plan_limit',
      'period',
      'subscription_change',
    ]) {
      const denied = { code: '42501' };
      await expect(client.query(`delete from billing.${table}`)).rejects.toMatchObject(denied);
      const update = `update billing.${table} set tenant_id = tenant_id`;
      await expect(client.query(update)).rejects.toMatchObject(denied);
    }
  } finally {
    await client.end();
  }
});
