import { create, type JsonValue, type MessageInitShape, toJson } from '@bufbuild/protobuf';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import {
  EntitlementsChangedSchema,
  EntitlementsSchema,
} from '@tollgate/api/tollgate/billing/v1/events';
import { type Database, newId, openDatabase } from '@tollgate/runtime/database';
import { fixedClock } from '@tollgate/runtime/service';
import { eventually, type FreshDatabase, freshDatabase, testPlatform } from '@tollgate/testkit';
import { migrations } from '../src/migrations/index.ts';
import { policyOf, type Terms } from '../src/policies/domain/policy.ts';
import { fromProtoEntitlements } from '../src/policies/entitlements-proto.ts';
import { followEntitlements } from '../src/policies/follow-entitlements.ts';
import { createPolicies } from '../src/policies/policies.ts';
import { findTerms, keepTerms } from '../src/policies/policy-store.ts';

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

function terms(tenantId: TenantId, version: bigint): Terms {
  return {
    tenantId,
    version,
    planId: `plan-${version}`,
    planVersion: 1,
    limits: [],
    onLimiterUnavailable: 'deny',
    includedRequests: 0n,
  };
}

/** Entitlements with everything that a plan may say. */
function fullEntitlements(tenantId: TenantId) {
  return {
    tenantId,
    version: 2n ** 60n,
    planId: 'pro',
    planVersion: 3,
    limits: [
      { limitId: 'per-minute', kind: 'rate', requests: 10n ** 12n, window: 'minute', burst: 7n },
      { limitId: 'per-month', kind: 'quota', requests: 1_000n, window: 'month' },
    ],
    onLimiterUnavailable: 'allow',
    includedRequests: 10_000n,
  } satisfies MessageInitShape<typeof EntitlementsSchema>;
}

test('what is kept is the JSON of the message, and rows that were kept as that are read', async () => {
  const tenantId = newId('ten');
  const message = create(EntitlementsSchema, fullEntitlements(tenantId));
  const json = toJson(EntitlementsSchema, message, { alwaysEmitImplicit: true });
  const own = fromProtoEntitlements(message);
  await database.write({ tenantId }, async (rows) => {
    expect(await keepTerms(rows, own)).toBe(true);
    expect(await keepTerms(rows, own)).toBe(false);
  });
  const stored = await fresh.sql<{ entitlements: JsonValue }>(
    'select entitlements from metering.policy where tenant_id = $1',
    [tenantId],
  );
  expect(stored).toEqual([{ entitlements: json }]);
  expect(await database.read({ tenantId }, (rows) => findTerms(rows, tenantId))).toEqual(own);
});

test('a row without what is zero by default is read, and denies', async () => {
  const tenantId = newId('ten');
  const limits = [{ limitId: 'per-hour', kind: 'rate', requests: '5', window: 'hour' }];
  await fresh.sql(
    'insert into metering.policy (tenant_id, version, entitlements) values ($1, 4, $2)',
    [tenantId, { tenantId, version: '4', planId: 'old', limits }],
  );
  const found = await database.read({ tenantId }, (rows) => findTerms(rows, tenantId));
  expect(found).toMatchObject({ version: 4n, includedRequests: 0n, onLimiterUnavailable: 'deny' });
  expect(found && policyOf(found).limits).toMatchObject([{ requests: 5, burst: 5 }]);
});

test('news of no tenant change nobody’s policy; news that are not understood take one away', async () => {
  const tenantId = newId('ten');
  const askBilling = async () => undefined;
  const policies = createPolicies({ ...platform, database, askBilling });
  const follow = followEntitlements({ policies, log: platform.log });
  const say = (entitlements: MessageInitShape<typeof EntitlementsSchema>) =>
    follow({ payload: create(EntitlementsChangedSchema, { entitlements }) });
  const full = fullEntitlements(tenantId);
  say(full);
  say({ ...full, tenantId: 'else', version: full.version + 1n });
  expect(policies.peek(tenantId)).toMatchObject({ planId: 'pro' });
  const unknown = { limitId: 'per-month', kind: 'quota', requests: 1n, window: 'hour' } as const;
  say({ ...full, version: full.version + 2n, limits: [unknown] });
  expect(policies.peek(tenantId)).toBeUndefined();
});

test('a change that the table has missed is learned of Billing, also when Billing is away first', async () => {
  const tenantId = newId('ten');
  await database.write({ tenantId }, (rows) => keepTerms(rows, terms(tenantId, 1n)));
  let asked = 0;
  const policies = createPolicies({
    ...platform,
    database,
    askBilling: async () => {
      asked += 1;
      if (asked === 1) throw new Error('Billing is away');
      return terms(tenantId, 2n);
    },
  });
  expect(await policies.get(tenantId)).toMatchObject({ planId: 'plan-1' });
  await eventually({ withinMs: 5_000 }, () => {
    clock.advance({ seconds: 10 });
    expect(policies.peek(tenantId)).toMatchObject({ planId: 'plan-2' });
  });
  expect(asked).toBe(2);
});

test('at most so many policies are in memory, and the one loaded longest ago goes first', async () => {
  const tenants = [newId('ten'), newId('ten'), newId('ten')];
  const [one, two, three] = tenants as [TenantId, TenantId, TenantId];
  const askBilling = async (tenantId: TenantId) => terms(tenantId, 1n);
  const policies = createPolicies({ ...platform, database, askBilling, policiesMax: 2 });
  for (const tenantId of [one, two]) await policies.get(tenantId);
  // Being looked up keeps none.
  expect(policies.peek(one)).toBeDefined();
  policies.apply(terms(three, 1n));
  expect(tenants.map((tenantId) => policies.peek(tenantId)?.tenantId)).toEqual([
    undefined,
    two,
    three,
  ]);
});
