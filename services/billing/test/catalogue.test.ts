import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PLATFORM_TENANT_ID } from '@tollgate/api';
import { type Database, newId, openDatabase, type Rows } from '@tollgate/runtime/database';
import { type FreshDatabase, freshDatabase, testPlatform } from '@tollgate/testkit';
import {
  type Catalogue,
  inCatalogue,
  inOwnCatalogue,
  type OwnCatalogue,
} from '../src/catalogue/catalogue-store.ts';
import type { Plan } from '../src/catalogue/domain/plan.ts';
import { samplePlan } from '../src/catalogue/testing/sample-plan.ts';
import { migrations } from '../src/migrations/index.ts';
import { rows as kinds } from '../src/rows.ts';

const now = Temporal.Instant.from('2026-11-15T12:00:00Z');
const customer = { tenantId: newId('ten') };
const seller = { tenantId: PLATFORM_TENANT_ID };

let fresh: FreshDatabase;
let database: Database;
beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { billing: migrations } });
  database = await openDatabase(
    { url: fresh.urls.billing, poolMax: 2 },
    { rows: kinds, migrations },
    testPlatform('billing'),
  );
});
afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await fresh?.[Symbol.asyncDispose]();
});

test('a customer’s transaction sees the seller’s plans inside, and none of them outside', async () => {
  await database.read(customer, async (rows) => {
    const visible = () => rows.sql('select plan_id from plan_version order by plan_id');
    const plan = await inCatalogue(rows, async (catalogue) => {
      expect(await visible()).toEqual([{ plan_id: 'free' }, { plan_id: 'pro' }]);
      return catalogue.findCurrentPlan('pro');
    });
    expect(plan).toMatchObject({ planId: 'pro', version: 1, limits: [{ burst: 1_200n }] });
    expect(await visible()).toEqual([]);
  });
});

test('a catalogue that is kept refuses every use once its work has ended', async () => {
  for (const tenant of [customer, seller]) {
    await database.write(tenant, async (rows) => {
      await expectToRefuse(await inCatalogue(rows, async (catalogue) => catalogue));
      await expectOwnToRefuse(await inOwnCatalogue(rows, async (catalogue) => catalogue));
    });
  }
  expect(await planIds()).toEqual(['free', 'pro']);
});

test('a catalogue that is kept by work which failed refuses use as well', async () => {
  const kept: Catalogue[] = [];
  const failing = database.write(customer, (rows) =>
    inCatalogue(rows, async (catalogue) => {
      kept.push(catalogue);
      throw new Error('the work failed');
    }),
  );
  await expect(failing).rejects.toThrow('the work failed');
  expect(kept).toHaveLength(1);
  for (const catalogue of kept) await expectToRefuse(catalogue);
});

test('a read that nobody waited for still reads the seller’s rows, to its last query', async () => {
  await database.read(customer, async (rows) => {
    const reading: Promise<Plan>[] = [];
    await inCatalogue(rows, async (catalogue) => {
      reading.push(catalogue.getPlan({ planId: 'free', version: 1 }));
    });
    const [free] = await Promise.all(reading);
    expect(free?.limits).toHaveLength(2);
  });
});

test('what customers are handed reads, and no use of it is a write', async () => {
  const uses = await database.read(customer, (rows) =>
    inCatalogue(rows, async (catalogue) => Object.keys(catalogue)),
  );
  expect(uses.toSorted()).toEqual(['findCurrentPlan', 'findCurrentPlans', 'getPlan']);
});

test('the seller adds a plan and sees it at once', async () => {
  await database.write(seller, async (rows) => {
    await inOwnCatalogue(rows, async (catalogue) => {
      await catalogue.insertPlan(planOf('sold'), now);
      expect(await catalogue.lockPlanIds()).toContain('sold');
    });
    const sold = await inCatalogue(rows, (catalogue) => catalogue.findCurrentPlan('sold'));
    expect(sold).toEqual(planOf('sold'));
  });
  expect(await planIds()).toEqual(['free', 'pro', 'sold']);
});

test('by the seller’s door a customer sees no plan, and the database refuses what it adds', async () => {
  const add = (planId: string) => (rows: Rows) =>
    inOwnCatalogue(rows, async (catalogue) => {
      expect(await catalogue.lockPlanIds()).toEqual([]);
      await catalogue.insertPlan(planOf(planId), now);
    });
  await expect(database.write(customer, add('stolen'))).rejects.toThrow(/row-level security/);
  // Nor does what waits to be written slip in as the seller's when the catalogue is looked at.
  const addAndLook = async (rows: Rows) => {
    await add('smuggled')(rows);
    await inCatalogue(rows, (catalogue) => catalogue.findCurrentPlans());
  };
  await expect(database.write(customer, addAndLook)).rejects.toThrow(/row-level security/);
  expect(await planIds()).toEqual(['free', 'pro', 'sold']);
});

async function expectToRefuse(catalogue: Catalogue): Promise<void> {
  const uses = [
    () => catalogue.findCurrentPlan('free'),
    () => catalogue.getPlan({ planId: 'free', version: 1 }),
    () => catalogue.findCurrentPlans(),
  ];
  expect(uses).toHaveLength(Object.keys(catalogue).length);
  for (const use of uses) await expect(use()).rejects.toThrow(/only until inCatalogue ends/);
}

async function expectOwnToRefuse(catalogue: OwnCatalogue): Promise<void> {
  const uses = [() => catalogue.lockPlanIds(), () => catalogue.insertPlan(planOf('late'), now)];
  expect(uses).toHaveLength(Object.keys(catalogue).length);
  for (const use of uses) await expect(use()).rejects.toThrow(/only until inOwnCatalogue ends/);
}

async function planIds(): Promise<string[]> {
  const plans = await fresh.sql<{ plan_id: string }>(
    'select plan_id from billing.plan order by plan_id',
  );
  return plans.map(({ plan_id }) => plan_id);
}

function planOf(planId: string): Plan {
  return samplePlan({ planId, fee: '9.50', included: 10n, unitPrice: '0.001' });
}
