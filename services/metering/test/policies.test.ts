import { create } from '@bufbuild/protobuf';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { EntitlementsSchema } from '@tollgate/api/tollgate/billing/v1/events';
import { type Database, newId, openDatabase } from '@tollgate/runtime/database';
import { fixedClock } from '@tollgate/runtime/service';
import { eventually, type FreshDatabase, freshDatabase, testPlatform } from '@tollgate/testkit';
import { migrations } from '../src/migrations/index.ts';
import { createPolicies } from '../src/policies/policies.ts';
import { keepEntitlements } from '../src/policies/policy-store.ts';

const clock = fixedClock('2026-11-21T12:00:00Z');
const platform = testPlatform('metering', { clock });
let fresh: FreshDatabase;
let database: Database;
beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { metering: migrations } });
  const definition = { rows: [], migrations };
  database = await openDatabase({ url: fresh.urls.metering, poolMax: 2 }, definition, platform);
});
afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await fresh?.[Symbol.asyncDispose]();
  platform[Symbol.dispose]();
});

function entitlements(tenantId: TenantId, version: bigint) {
  return create(EntitlementsSchema, {
    tenantId,
    version,
    planId: `plan-${version}`,
    onLimiterUnavailable: 'deny',
  });
}

test('a change that the table has missed is learned of Billing, also when Billing is away first', async () => {
  const tenantId = newId('ten');
  await database.write({ tenantId }, (rows) => keepEntitlements(rows, entitlements(tenantId, 1n)));
  let asked = 0;
  const policies = createPolicies({
    ...platform,
    database,
    askBilling: async () => {
      asked += 1;
      if (asked === 1) throw new Error('Billing is away');
      return entitlements(tenantId, 2n);
    },
  });
  expect(await policies.get(tenantId)).toMatchObject({ planId: 'plan-1' });
  await eventually({ withinMs: 5_000 }, () => {
    clock.advance({ seconds: 10 });
    expect(policies.peek(tenantId)).toMatchObject({ planId: 'plan-2' });
  });
  expect(asked).toBe(2);
});
