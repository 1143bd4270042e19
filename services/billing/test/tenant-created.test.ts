import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PLATFORM_TENANT_ID } from '@tollgate/api';
import { BillingInternalService } from '@tollgate/api/tollgate/billing/v1/billing_internal_service';
import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import { newId } from '@tollgate/runtime/database';
import { fixedClock } from '@tollgate/runtime/service';
import {
  type Caller,
  eventually,
  operator,
  startForTest,
  type TestService,
  user,
} from '@tollgate/testkit';
import {
  type Announcements,
  about,
  listen,
  publishTenantCreated,
  subscribedTenant,
} from './support/subscribers.ts';

const clock = fixedClock('2026-11-15T12:00:00Z');
let billing: TestService;
let heard: Announcements;
beforeAll(async () => {
  billing = await startForTest('billing', { clock });
  heard = await listen(billing.place);
});
afterAll(async () => billing?.[Symbol.asyncDispose]());

const clientOf = (caller: Caller) => billing.client(BillingService, caller);

test('a new tenant is subscribed to free for the calendar month, and all hear of it', async () => {
  const tenantId = await subscribedTenant(billing);
  const { subscriptions } = await clientOf(user(tenantId)).listSubscriptions({});
  expect(subscriptions).toMatchObject([
    { tenantId, planId: 'free', planVersion: 1, status: 'active', version: 1n },
  ]);
  expect(subscriptions[0]?.periodStart?.seconds).toBe(epochSeconds('2026-11-01T00:00:00Z'));
  expect(subscriptions[0]?.periodEnd?.seconds).toBe(epochSeconds('2026-12-01T00:00:00Z'));

  await eventually({ withinMs: 2_000 }, () => {
    expect(about(tenantId, heard.subscriptions)).toMatchObject([
      { entityVersion: 1n, payload: { subscription: subscriptions[0], previousPlanId: '' } },
    ]);
    expect(about(tenantId, heard.entitlements)).toMatchObject([
      { entityId: tenantId, entityVersion: 1n, environment: 'live' },
    ]);
  });
  expect(about(tenantId, heard.entitlements)[0]?.payload.entitlements).toMatchObject({
    tenantId,
    version: 1n,
    planId: 'free',
    onLimiterUnavailable: 'deny',
    includedRequests: 0n,
    limits: [
      { limitId: 'requests-per-minute', kind: 'rate', requests: 60n, window: 'minute', burst: 60n },
      {
        limitId: 'requests-per-month',
        kind: 'quota',
        requests: 1_000n,
        window: 'month',
        burst: 0n,
      },
    ],
  });
});

test('an event that is delivered five times has one effect', async () => {
  const tenantId = newId('ten');
  const id = newId('evt');
  for (let delivery = 1; delivery <= 5; delivery += 1) {
    await publishTenantCreated(billing.place, tenantId, { id, messageId: `${id}-${delivery}` });
  }
  await publishTenantCreated(billing.place, tenantId);
  // Events are worked on in order, so that after the next tenant's all of these are done.
  const next = await subscribedTenant(billing);
  await eventually({ withinMs: 2_000 }, () => about(next, heard.entitlements).length === 1);

  expect(about(tenantId, heard.subscriptions)).toHaveLength(1);
  expect(about(tenantId, heard.entitlements)).toHaveLength(1);
  const { subscriptions } = await clientOf(user(tenantId)).listSubscriptions({});
  expect(subscriptions).toHaveLength(1);
  expect(await billing.place.database.sql('select * from billing.dead_event')).toEqual([]);
});

test('the platform’s own tenant is subscribed as well, for its operators', async () => {
  await publishTenantCreated(billing.place, PLATFORM_TENANT_ID);
  await eventually({ withinMs: 5_000 }, async () => {
    const { subscriptions } = await clientOf(operator).listSubscriptions({});
    expect(subscriptions).toMatchObject([{ planId: 'free' }]);
  });
});

test('a tenant created while Billing was down is subscribed once when it is back', async () => {
  await billing.stop();
  const tenantId = newId('ten');
  await publishTenantCreated(billing.place, tenantId);
  await billing.start();
  await eventually({ withinMs: 5_000 }, () => about(tenantId, heard.subscriptions).length === 1);
  const { subscriptions } = await clientOf(user(tenantId)).listSubscriptions({});
  expect(subscriptions).toMatchObject([{ planId: 'free', version: 1n }]);
});

test('services can ask for entitlements, and a tenant without any is told apart', async () => {
  const tenantId = await subscribedTenant(billing);
  const internal = billing.client(BillingInternalService, { service: 'metering' });
  const { entitlements } = await internal.getEntitlements({ tenantId });
  expect(entitlements).toMatchObject({ tenantId, planId: 'free', version: 1n });
  const stranger = internal.getEntitlements({ tenantId: newId('ten') });
  await expect(stranger).rejects.toMatchObject({ code: 5 });
});

function epochSeconds(instant: string): bigint {
  return BigInt(Temporal.Instant.from(instant).epochMilliseconds) / 1_000n;
}
