import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Database, newId, openDatabase } from '@tollgate/runtime/database';
import { type FreshDatabase, freshDatabase, testPlatform } from '@tollgate/testkit';
import { migrations } from '../src/migrations/index.ts';
import { rows as kinds } from '../src/rows.ts';
import { moveToPlan, type Subscription } from '../src/subscriptions/domain/subscription.ts';
import {
  findSubscription,
  insertSubscription,
  updateSubscription,
} from '../src/subscriptions/subscription-store.ts';

const tenantId = newId('ten');
const at = Temporal.Instant.from('2026-11-15T12:00:00Z');
const cause = { changedBy: 'usr_sample', requestId: '', at };
const free: Subscription = {
  subscriptionId: newId('sub'),
  tenantId,
  plan: { planId: 'free', version: 1 },
  status: 'active',
  version: 1n,
  createTime: at,
};
const pro = moveToPlan(free, { planId: 'pro', version: 1 });

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

test('a subscription that is not there is not updated, and that is a fault', async () => {
  const update = database.write({ tenantId }, (rows) => updateSubscription(rows, pro, cause));
  await expect(update).rejects.toThrow(/no subscription/);
});

test('an update stores the next version and its history, and refuses any other version', async () => {
  await database.write({ tenantId }, async (rows) => insertSubscription(rows, free, cause));
  await database.write({ tenantId }, async (rows) => {
    const before = await findSubscription(rows, tenantId, { lock: 'update' });
    expect(before).toEqual(free);
    await updateSubscription(rows, pro, cause);
  });
  const again = database.write({ tenantId }, (rows) => updateSubscription(rows, pro, cause));
  await expect(again).rejects.toThrow(/not locked/);

  const found = await database.read({ tenantId }, (rows) => findSubscription(rows, tenantId));
  expect(found).toEqual(pro);
  const history = await fresh.sql(
    'select version, previous_plan_id, plan_id from billing.subscription_change order by version',
  );
  expect(history).toEqual([
    { version: '1', previous_plan_id: null, plan_id: 'free' },
    { version: '2', previous_plan_id: 'free', plan_id: 'pro' },
  ]);
});
