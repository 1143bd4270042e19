import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import { newId } from '@tollgate/runtime/database';
import { fixedClock } from '@tollgate/runtime/service';
import {
  eventually,
  fakeHttpTarget,
  type HttpTarget,
  startForTest,
  type TestService,
  user,
} from '@tollgate/testkit';
import { Webhook } from 'standardwebhooks';
import { ENDPOINTS_MAX } from '../src/endpoints/domain/endpoint.ts';
import {
  deliverySettings,
  insertEndpointsLike,
  publishThreshold,
  untilDelivery,
} from './support/deliveries.ts';

const clock = fixedClock('2026-11-15T12:00:00Z');
const settings = deliverySettings;
let notification: TestService;
beforeAll(async () => {
  notification = await startForTest('notification', { clock, settings });
});
afterAll(async () => notification?.[Symbol.asyncDispose]());

const clientOf = (tenantId: TenantId) => notification.client(NotificationService, user(tenantId));

/** A new tenant with one endpoint at the target. */
async function tenantAt(target: HttpTarget): Promise<{ tenantId: TenantId; secret: string }> {
  const tenantId = newId('ten');
  const created = await clientOf(tenantId).createWebhookEndpoint({ url: target.url });
  return { tenantId, secret: created.secret };
}

const arrived = (target: HttpTarget, count: number) =>
  eventually({ withinMs: 10_000 }, () => target.requests.length === count);

describe('an event', () => {
  test('arrives signed as the stock library signs, with its full state', async () => {
    await using target = await fakeHttpTarget();
    const { tenantId, secret } = await tenantAt(target);
    const eventId = await publishThreshold(notification, tenantId);
    await untilDelivery(notification, tenantId, { status: 'delivered', attempts: 1 });

    const [request] = target.requests;
    expect(request?.method).toBe('POST');
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': eventId,
    });
    const { 'webhook-timestamp': timestamp = '' } = request?.headers ?? {};
    expect(Number(timestamp)).toBe(Math.floor(clock.now().epochMilliseconds / 1_000));
    const signed = new Webhook(secret).sign(
      eventId,
      new Date(Number(timestamp) * 1_000),
      request?.body ?? '',
    );
    expect(request?.headers['webhook-signature']).toBe(signed);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      type: 'usage.threshold_reached',
      timestamp: clock.now().toString(),
      data: {
        tenant_id: tenantId,
        environment: 'live',
        limit_id: 'requests-per-month',
        threshold_percent: 80,
        limit: '1000',
        usage: '800',
        entity_version: '3',
      },
    });
  });

  test('that is published twice, under two message ids, arrives once', async () => {
    await using target = await fakeHttpTarget();
    const { tenantId } = await tenantAt(target);
    const id = await publishThreshold(notification, tenantId);
    await publishThreshold(notification, tenantId, { id, messageId: newId('evt') });
    const last = await publishThreshold(notification, tenantId);
    await eventually({ withinMs: 10_000 }, () =>
      target.requests.some(({ headers }) => headers['webhook-id'] === last),
    );
    expect(target.requests.map(({ headers }) => headers['webhook-id']).toSorted()).toEqual(
      [id, last].toSorted(),
    );
  });

  test('goes to every endpoint of its tenant that wants it, and to no other tenant', async () => {
    await using target = await fakeHttpTarget();
    await using uninterested = await fakeHttpTarget();
    await using stranger = await fakeHttpTarget();
    const { tenantId } = await tenantAt(target);
    await tenantAt(stranger);
    const client = clientOf(tenantId);
    await client.createWebhookEndpoint({ url: `${target.url}/second`, eventTypes: [] });
    await client.createWebhookEndpoint({
      url: uninterested.url,
      eventTypes: ['subscription.changed'],
    });
    await publishThreshold(notification, tenantId);
    await arrived(target, 2);
    expect(target.requests.map(({ path }) => path).toSorted()).toEqual(['/', '/second']);
    expect([uninterested.requests, stranger.requests]).toEqual([[], []]);
  });

  test('reaches the oldest of more endpoints than a tenant may add, and all others', async () => {
    await using target = await fakeHttpTarget();
    const tenantId = newId('ten');
    const { endpointId } = await clientOf(tenantId).createWebhookEndpoint({ url: target.url });
    const later = Array.from({ length: ENDPOINTS_MAX + 5 }, () => newId('whe'));
    await insertEndpointsLike(notification, endpointId, later);
    await publishThreshold(notification, tenantId);
    await arrived(target, 1);
    const reached = await notification.place.database.sql<{ endpoint_id: string }>(
      'select endpoint_id from notification.webhook_delivery where tenant_id = $1',
      [tenantId],
    );
    const ids = reached.map((row) => row.endpoint_id);
    expect(ids.toSorted()).toEqual([endpointId, ...later].toSorted());
    const { endpoints } = await clientOf(tenantId).listWebhookEndpoints({});
    expect(endpoints).toHaveLength(ENDPOINTS_MAX);
    await notification.place.database.sql(
      'delete from notification.webhook_endpoint where tenant_id = $1',
      [tenantId],
    );
  });

  test('that was published while the service was down arrives once when it is back', async () => {
    await using target = await fakeHttpTarget();
    const { tenantId } = await tenantAt(target);
    await notification.stop();
    const eventId = await publishThreshold(notification, tenantId);
    await notification.start();
    await untilDelivery(notification, tenantId, { status: 'delivered', attempts: 1 });
    expect(target.requests.map(({ headers }) => headers['webhook-id'])).toEqual([eventId]);
  });
});

describe('a target that fails', () => {
  test('is tried again by the schedule, with one id and a new signature each time', async () => {
    await using target = await fakeHttpTarget({ status: 500 }, { status: 404 });
    const { tenantId, secret } = await tenantAt(target);
    await publishThreshold(notification, tenantId);
    await untilDelivery(notification, tenantId, { status: 'pending', attempts: 1 });
    // Waits 10 s, and up to a tenth more so that targets are not hit in step.
    clock.advance({ seconds: 9 });
    await untilDelivery(notification, tenantId, { status: 'pending', attempts: 1 });
    clock.advance({ seconds: 2 });
    await untilDelivery(notification, tenantId, { status: 'pending', attempts: 2 });
    clock.advance({ seconds: 66 });
    await untilDelivery(notification, tenantId, { status: 'delivered', attempts: 3 });

    const { deliveries } = await clientOf(tenantId).listWebhookDeliveries({});
    const attempts = deliveries[0]?.attempts.map(({ statusCode, error }) => [statusCode, error]);
    expect(attempts).toEqual([
      [500, 'answered 500'],
      [404, 'answered 404'],
      [200, ''],
    ]);
    expect(new Set(target.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(target.requests.map(({ body }) => body)).size).toBe(1);
    for (const { headers, body } of target.requests) {
      const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '' } = headers;
      const signed = new Webhook(secret).sign(id, new Date(Number(timestamp) * 1_000), body);
      expect(headers['webhook-signature']).toBe(signed);
    }
  });

  test('for good leaves a dead delivery behind, with every attempt', async () => {
    await using target = await fakeHttpTarget({ status: 500 }, { status: 500 }, { status: 500 });
    const { tenantId } = await tenantAt(target);
    await publishThreshold(notification, tenantId);
    await untilDelivery(notification, tenantId, { status: 'pending', attempts: 1 });
    clock.advance({ seconds: 11 });
    await untilDelivery(notification, tenantId, { status: 'pending', attempts: 2 });
    clock.advance({ seconds: 66 });
    await untilDelivery(notification, tenantId, { status: 'dead', attempts: 3 });
    const { deliveries } = await clientOf(tenantId).listWebhookDeliveries({});
    expect(deliveries[0]?.nextAttemptTime).toBeUndefined();
  });

  test('is not followed to where it redirects', async () => {
    await using elsewhere = await fakeHttpTarget();
    const redirect = { status: 307, headers: { location: elsewhere.url } };
    await using target = await fakeHttpTarget(redirect);
    const { tenantId } = await tenantAt(target);
    await publishThreshold(notification, tenantId);
    await untilDelivery(notification, tenantId, { status: 'pending', attempts: 1 });
    expect(elsewhere.requests).toEqual([]);
  });

  test('is waited for as long as its retry-after asks', async () => {
    await using target = await fakeHttpTarget({ status: 429, headers: { 'retry-after': '300' } });
    const { tenantId } = await tenantAt(target);
    await publishThreshold(notification, tenantId);
    await untilDelivery(notification, tenantId, { status: 'pending', attempts: 1 });
    const { deliveries } = await clientOf(tenantId).listWebhookDeliveries({});
    const due = Number(deliveries[0]?.nextAttemptTime?.seconds) * 1_000;
    expect(due).toBe(clock.now().epochMilliseconds + 300_000);
  });

  test('with 410 is called no more, and its owner sees why', async () => {
    await using target = await fakeHttpTarget({ status: 410 });
    const { tenantId } = await tenantAt(target);
    await publishThreshold(notification, tenantId);
    await untilDelivery(notification, tenantId, { status: 'dead', attempts: 1 });
    const { endpoints } = await clientOf(tenantId).listWebhookEndpoints({});
    expect(endpoints).toMatchObject([
      { status: 'disabled', disabledReason: 'the target answered 410 Gone' },
    ]);
    await publishThreshold(notification, tenantId);
    await using other = await fakeHttpTarget();
    const witness = await tenantAt(other);
    await publishThreshold(notification, witness.tenantId);
    await arrived(other, 1);
    expect(target.requests).toHaveLength(1);
  });

  test('by never answering is given up after the timeout and holds up nobody else', async () => {
    await using hanging = await fakeHttpTarget({ hang: true }, { hang: true });
    await using quick = await fakeHttpTarget();
    const slow = await tenantAt(hanging);
    const fast = await tenantAt(quick);
    await publishThreshold(notification, slow.tenantId);
    await arrived(hanging, 1);
    const startedMs = performance.now();
    await publishThreshold(notification, fast.tenantId);
    await arrived(quick, 1);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    await untilDelivery(notification, slow.tenantId, { status: 'pending', attempts: 1 });
    const { deliveries } = await clientOf(slow.tenantId).listWebhookDeliveries({});
    expect(deliveries[0]?.attempts).toMatchObject([{ statusCode: 0, error: 'timed out' }]);
  });

  test('by being closed is tried again', async () => {
    const target = await fakeHttpTarget();
    const { tenantId } = await tenantAt(target);
    await target[Symbol.asyncDispose]();
    await publishThreshold(notification, tenantId);
    await untilDelivery(notification, tenantId, { status: 'pending', attempts: 1 });
    const { deliveries } = await clientOf(tenantId).listWebhookDeliveries({});
    expect(deliveries[0]?.attempts[0]?.error).toMatch(/^ECONNREFUSED/);
  });
});

describe('a process that ends', () => {
  test('in the middle of an attempt leaves it to be made again, under the same id', async () => {
    await using target = await fakeHttpTarget({ hang: true });
    const { tenantId } = await tenantAt(target);
    const eventId = await publishThreshold(notification, tenantId);
    await arrived(target, 1);
    await notification.stop();
    await notification.start();
    // The attempt's timeout and the time to write its outcome down.
    clock.advance({ seconds: 13 });
    await untilDelivery(notification, tenantId, { status: 'delivered', attempts: 1 });
    expect(target.requests.map(({ headers }) => headers['webhook-id'])).toEqual([eventId, eventId]);
  });

  test('and another beside it: each event arrives once', async () => {
    await using another = await startForTest('notification', { beside: notification, settings });
    expect(another).toBeDefined();
    await using target = await fakeHttpTarget();
    const tenants = await Promise.all(Array.from({ length: 5 }, () => tenantAt(target)));
    const events = tenants.flatMap(({ tenantId }) =>
      Array.from({ length: 12 }, () => publishThreshold(notification, tenantId)),
    );
    const ids = await Promise.all(events);
    for (const { tenantId } of tenants) {
      await eventually({ withinMs: 20_000 }, async () => {
        const { deliveries } = await clientOf(tenantId).listWebhookDeliveries({
          status: 'delivered',
        });
        return deliveries.length === 12;
      });
    }
    const seen = target.requests.map(({ headers }) => headers['webhook-id'] ?? '');
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });
});

describe('the delivery log', () => {
  test('is read page by page, newest first, each delivery once', async () => {
    await using target = await fakeHttpTarget();
    const { tenantId } = await tenantAt(target);
    const client = clientOf(tenantId);
    for (let index = 0; index < 5; index += 1) await publishThreshold(notification, tenantId);
    await arrived(target, 5);
    const found: string[] = [];
    let pageToken = '';
    do {
      const page = await client.listWebhookDeliveries({ pageSize: 2, pageToken });
      expect(page.deliveries.length).toBeLessThanOrEqual(2);
      found.push(...page.deliveries.map(({ deliveryId }) => deliveryId));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(new Set(found).size).toBe(5);
    expect(found).toEqual(found.toSorted().toReversed());
  });

  test('forgets the deliveries of an endpoint that is removed, and they end', async () => {
    await using target = await fakeHttpTarget({ status: 500 });
    const { tenantId } = await tenantAt(target);
    const client = clientOf(tenantId);
    await publishThreshold(notification, tenantId);
    await untilDelivery(notification, tenantId, { status: 'pending', attempts: 1 });
    const { endpoints } = await client.listWebhookEndpoints({});
    await client.deleteWebhookEndpoint({ endpointId: endpoints[0]?.endpointId ?? '' });
    expect((await client.listWebhookDeliveries({})).deliveries).toEqual([]);
    clock.advance({ minutes: 5 });
    await using other = await fakeHttpTarget();
    const witness = await tenantAt(other);
    await publishThreshold(notification, witness.tenantId);
    await arrived(other, 1);
    expect(target.requests).toHaveLength(1);
  });
});
