import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import { newId } from '@tollgate/runtime/database';
import { fixedClock } from '@tollgate/runtime/service';
import {
  type Caller,
  eventually,
  refusal,
  startForTest,
  type TestService,
  user,
} from '@tollgate/testkit';
import { type Announcements, about, listen, subscribedTenant } from './support/subscribers.ts';

const clock = fixedClock('2026-11-15T12:00:00Z');
let billing: TestService;
let heard: Announcements;
beforeAll(async () => {
  billing = await startForTest('billing', { clock });
  heard = await listen(billing.place);
});
afterAll(async () => billing?.[Symbol.asyncDispose]());

const clientOf = (caller: Caller) => billing.client(BillingService, caller);

test('an upgrade to pro is answered, announced in full, and remembered', async () => {
  const tenantId = await subscribedTenant(billing);
  const userId = newId('usr');
  const upgraded = await clientOf(user(tenantId, { userId })).upgrade({ planId: 'pro' });
  expect(upgraded).toMatchObject({
    planId: 'pro',
    status: 'active',
    subscription: { tenantId, planId: 'pro', planVersion: 1, version: 2n },
  });

  await eventually({ withinMs: 1_000 }, () => {
    const [, changed] = about(tenantId, heard.subscriptions);
    expect(changed?.payload).toMatchObject({
      previousPlanId: 'free',
      subscription: upgraded.subscription,
    });
    const [, entitled] = about(tenantId, heard.entitlements);
    expect(entitled).toMatchObject({
      entityVersion: 2n,
      payload: {
        entitlements: {
          planId: 'pro',
          version: 2n,
          includedRequests: 10_000n,
          onLimiterUnavailable: 'allow',
          limits: [{ limitId: 'requests-per-minute', requests: 1_200n, burst: 1_200n }],
        },
      },
    });
  });
  const history = await billing.place.database.sql(
    `select version::int, previous_plan_id, plan_id, changed_by
     from billing.subscription_change where tenant_id = $1 order by version`,
    [tenantId],
  );
  expect(history).toMatchObject([
    { version: 1, previous_plan_id: null, plan_id: 'free' },
    {
      version: 2,
      previous_plan_id: 'free',
      plan_id: 'pro',
      changed_by: userId,
    },
  ]);
});

test('ten upgrades at once are one change', async () => {
  const tenantId = await subscribedTenant(billing);
  const client = clientOf(user(tenantId));
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => client.upgrade({ planId: 'pro' })),
  );
  expect(new Set(answers.map(({ subscription }) => subscription?.version))).toEqual(new Set([2n]));

  const next = await subscribedTenant(billing);
  await eventually({ withinMs: 2_000 }, () => about(next, heard.entitlements).length === 1);
  expect(about(tenantId, heard.subscriptions)).toHaveLength(2);
  expect(about(tenantId, heard.entitlements)).toHaveLength(2);
});

test('an upgrade repeated under its idempotency key answers the same', async () => {
  const tenantId = await subscribedTenant(billing);
  const client = clientOf(user(tenantId));
  const headers = { 'idempotency-key': 'upgrade-1' };
  const first = await client.upgrade({ planId: 'pro' }, { headers });
  expect(await client.upgrade({ planId: 'pro' }, { headers })).toEqual(first);
  const reused = await refusal(client.upgrade({ planId: 'free' }, { headers }));
  expect(reused).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('a cheaper plan is no upgrade, an unknown one does not exist: nothing changes', async () => {
  const tenantId = await subscribedTenant(billing);
  const client = clientOf(user(tenantId));
  await client.upgrade({ planId: 'pro' });
  expect(await refusal(client.upgrade({ planId: 'free' }))).toBe('NOT_AN_UPGRADE');
  expect(await refusal(client.upgrade({ planId: 'gold' }))).toBe('PLAN_NOT_FOUND');
  const { subscriptions } = await client.listSubscriptions({});
  expect(subscriptions).toMatchObject([{ planId: 'pro', version: 2n }]);
});

test('an upgrade that is faster than the news of the tenant subscribes it first', async () => {
  const tenantId = newId('ten');
  const upgraded = await clientOf(user(tenantId)).upgrade({ planId: 'pro' });
  expect(upgraded.subscription).toMatchObject({ tenantId, planId: 'pro', version: 2n });
  await eventually({ withinMs: 2_000 }, () => {
    const versions = about(tenantId, heard.subscriptions).map((event) => event.entityVersion);
    expect(versions).toEqual([1n, 2n]);
  });
});

test('a tenant sees its own subscription only', async () => {
  const tenantId = await subscribedTenant(billing);
  const other = await subscribedTenant(billing);
  await clientOf(user(tenantId)).upgrade({ planId: 'pro' });
  const { subscriptions } = await clientOf(user(other)).listSubscriptions({});
  expect(subscriptions).toMatchObject([{ tenantId: other, planId: 'free', version: 1n }]);
});

test('a developer may look and may not change the plan', async () => {
  const tenantId = await subscribedTenant(billing);
  const client = clientOf(user(tenantId, { role: 'developer' }));
  expect((await client.listSubscriptions({})).subscriptions).toHaveLength(1);
  expect(await refusal(client.upgrade({ planId: 'pro' }))).toBe('PERMISSION_DENIED');
});
