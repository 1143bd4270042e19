import { fromJson } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateWebhookEndpointRequestSchema,
  NotificationService,
} from '@tollgate/api/tollgate/notification/v1/notification_service';
import { newId } from '@tollgate/runtime/database';
import { type Caller, refusal, startForTest, type TestService, user } from '@tollgate/testkit';

let notification: TestService;
beforeAll(async () => {
  const settings = { TOLLGATE_WEBHOOK_ALLOW_PRIVATE_TARGETS: 'true' };
  notification = await startForTest('notification', { settings });
});
afterAll(async () => notification?.[Symbol.asyncDispose]());

const clientOf = (caller: Caller) => notification.client(NotificationService, caller);

const url = 'https://hooks.example.com/tollgate';

describe('an endpoint', () => {
  test('is answered with its secret once, and listed without it', async () => {
    const client = clientOf(user(newId('ten')));
    const created = await client.createWebhookEndpoint({ url, eventTypes: [] });
    expect(created.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(created.endpoint).toMatchObject({ url, status: 'active', disabledReason: '' });
    const { endpoints } = await client.listWebhookEndpoints({});
    expect(endpoints).toEqual([created.endpoint]);
    const { endpointId } = created;
    const { endpoint } = await client.getWebhookEndpoint({ endpointId });
    expect(endpoint).toEqual(created.endpoint);
  });

  test('has a secret that is not in the database in clear', async () => {
    const client = clientOf(user(newId('ten')));
    const { secret, endpointId } = await client.createWebhookEndpoint({ url });
    const [row] = await notification.place.database.sql<{ bytes: string }>(
      `select encode(secret_sealed, 'escape') as bytes from notification.webhook_endpoint
        where endpoint_id = $1`,
      [endpointId],
    );
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64').toString('latin1');
    expect(row?.bytes).not.toContain(secret.slice('whsec_'.length, -4));
    expect(row?.bytes).not.toContain(key);
  });

  test('is the same when the call is repeated with its idempotency key, secret included', async () => {
    const client = clientOf(user(newId('ten')));
    const headers = { 'idempotency-key': 'the-same-call' };
    const first = await client.createWebhookEndpoint({ url }, { headers });
    const again = await client.createWebhookEndpoint({ url }, { headers });
    expect(again).toEqual(first);
    expect((await client.listWebhookEndpoints({})).endpoints).toHaveLength(1);
    const other = client.createWebhookEndpoint({ url: `${url}/other` }, { headers });
    expect(await refusal(other)).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('can be removed, and is not found afterwards', async () => {
    const client = clientOf(user(newId('ten')));
    const { endpointId } = await client.createWebhookEndpoint({ url });
    await client.deleteWebhookEndpoint({ endpointId });
    expect(await refusal(client.getWebhookEndpoint({ endpointId }))).toBe('NOT_FOUND');
    expect(await refusal(client.deleteWebhookEndpoint({ endpointId }))).toBe('NOT_FOUND');
  });

  test('of another tenant is not found, whatever is asked of it', async () => {
    const { endpointId } = await clientOf(user(newId('ten'))).createWebhookEndpoint({ url });
    const stranger = clientOf(user(newId('ten')));
    expect(await refusal(stranger.getWebhookEndpoint({ endpointId }))).toBe('NOT_FOUND');
    expect(await refusal(stranger.deleteWebhookEndpoint({ endpointId }))).toBe('NOT_FOUND');
    const { deliveries } = await stranger.listWebhookDeliveries({ endpointId });
    expect(deliveries).toEqual([]);
  });

  test('can be read but not made or removed by a viewer', async () => {
    const tenantId = newId('ten');
    const { endpointId } = await clientOf(user(tenantId)).createWebhookEndpoint({ url });
    const viewer = clientOf(user(tenantId, { role: 'viewer' }));
    expect((await viewer.listWebhookEndpoints({})).endpoints).toHaveLength(1);
    expect(await refusal(viewer.createWebhookEndpoint({ url }))).toBe('PERMISSION_DENIED');
    expect(await refusal(viewer.deleteWebhookEndpoint({ endpointId }))).toBe('PERMISSION_DENIED');
  });
});

test('a tenant has at most 20 endpoints, however many are added at once', async () => {
  const client = clientOf(user(newId('ten')));
  const calls = Array.from({ length: 24 }, (_, index) =>
    refusal(client.createWebhookEndpoint({ url: `${url}/${index}` })),
  );
  const outcomes = await Promise.all(calls);
  expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(20);
  expect((await client.listWebhookEndpoints({})).endpoints).toHaveLength(20);
});

describe('bad input', () => {
  test.each([
    [{ url: 'hooks.example.com' }],
    [{ url: '' }],
    [{ url: `${url}/${'x'.repeat(2_000)}` }],
    [{ url, event_types: ['no.such_event'] }],
    [{ url, event_types: ['subscription.changed', 'subscription.changed'] }],
  ])('%j is refused', async (json) => {
    const input = fromJson(CreateWebhookEndpointRequestSchema, json);
    const client = clientOf(user(newId('ten')));
    expect(await refusal(client.createWebhookEndpoint(input))).toBe('INVALID_INPUT');
  });

  test('a page token of somebody else is refused and never a failure of ours', async () => {
    const client = clientOf(user(newId('ten')));
    const forged = client.listWebhookDeliveries({ pageToken: 'bm90IG91cnM' });
    expect(await refusal(forged)).toBe('PAGE_TOKEN_INVALID');
  });
});

describe('where private targets are not allowed', () => {
  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:a00:1]/',
    'http://10.1.2.3/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://localhost:8080/',
    'http://metadata.google.internal/',
    'https://user:password@hooks.example.com/',
    'ftp://hooks.example.com/',
  ])('%s is refused', async (target) => {
    const client = strict.client(NotificationService, user(newId('ten')));
    const refused = await refusal(client.createWebhookEndpoint({ url: target }));
    expect(refused).toBe('WEBHOOK_TARGET_REFUSED');
  });

  let strict: TestService;
  beforeAll(async () => {
    const settings = { TOLLGATE_WEBHOOK_ALLOW_PRIVATE_TARGETS: 'false' };
    strict = await startForTest('notification', { settings });
  });
  afterAll(async () => strict?.[Symbol.asyncDispose]());
});
