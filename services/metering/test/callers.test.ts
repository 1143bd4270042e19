import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import { type Denial, type Identity, readCredential } from '@tollgate/credentials';
import { newId } from '@tollgate/runtime/database';
import { openEventBus } from '@tollgate/runtime/events';
import { eventually, startForTest, type TestService, testPlatform, user } from '@tollgate/testkit';
import { openKeyCopy } from '../src/api-keys/open-key-copy.ts';

const pepper = Buffer.alloc(32, 9);
const tenantId = newId('ten');
/** Longer than any test: what arrives in time came by an event. */
const never = 300_000;

let auth: TestService;
beforeAll(async () => {
  const settings = { TOLLGATE_KEY_PEPPER: pepper.toString('base64') };
  auth = await startForTest('auth', { settings });
});
afterAll(async () => auth?.[Symbol.asyncDispose]());

const keysApi = () => auth.client(AuthService, user(tenantId));

async function openGate({ refreshIntervalMs = never } = {}) {
  await using opened = new AsyncDisposableStack();
  const platform = opened.use(testPlatform('metering', { clock: auth.place.clock }));
  const url = auth.place.nats.url;
  const bus = opened.use(await openEventBus({ ...platform, url }));
  const authUrl = auth.url;
  const { identify } = opened.use(
    await openKeyCopy({ pepper, authUrl, refreshIntervalMs, bus, platform }),
  );
  // The first answer of Auth empties the copy.
  const success = 'tollgate_timer_last_success_timestamp_seconds{timer="known-keys"';
  await eventually({ withinMs: 10_000 }, async () => {
    expect(await platform.metrics.metrics()).toContain(success);
  });
  const stack = opened.move();
  return {
    async ask(value: string): Promise<Identity | Denial> {
      return identify(readCredential([{ name: 'x-api-key', value }]), 'credential');
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test('a gate says whose a key is as Auth does, and refuses what Auth refuses', async () => {
  await using gate = await openGate();
  const { secret, keyId } = await keysApi().createApiKey({
    name: 'limited',
    environment: 'test',
    scopes: ['upstream.invoke'],
    rateLimit: { requests: 100 },
  });
  expect(await gate.ask(secret)).toMatchObject({
    tenant: tenantId,
    environment: 'test',
    key: keyId,
    keyLimit: '100/60',
    permissions: new Set(['upstream.invoke']),
  });
  const nobodys = 'tg_live_00000000000000000000000000000026n61v';
  for (const wrong of [nobodys, `${secret.slice(0, -1)}~`, 'nonsense', '']) {
    expect(await gate.ask(wrong)).toMatchObject({ status: 401, reason: 'CREDENTIAL_INVALID' });
  }
});

test('a key that is revoked is refused by every gate within a second', async () => {
  await using gate = await openGate();
  const { secret, keyId } = await keysApi().createApiKey({ name: 'to revoke' });
  expect(await gate.ask(secret)).toMatchObject({ key: keyId });
  await keysApi().revokeApiKey({ keyId });
  await eventually({ withinMs: 1_000 }, async () => {
    expect(await gate.ask(secret)).toMatchObject({ reason: 'API_KEY_REVOKED' });
  });
});

test('a key that is revoked while the event bus is down is refused after the stated time', async () => {
  await using gate = await openGate({ refreshIntervalMs: 200 });
  const { secret, keyId } = await keysApi().createApiKey({ name: 'silently revoked' });
  expect(await gate.ask(secret)).toMatchObject({ key: keyId });
  await auth.place.nats.kill();
  await keysApi().revokeApiKey({ keyId });
  await eventually({ withinMs: 2_000 }, async () => {
    expect(await gate.ask(secret)).toMatchObject({ reason: 'API_KEY_REVOKED' });
  });
  await auth.place.nats.start({ data: 'empty' });
});

test('while Auth is away known keys go on, and others are a fault of ours', async () => {
  await using gate = await openGate({ refreshIntervalMs: 100 });
  const { secret: known, keyId } = await keysApi().createApiKey({ name: 'known' });
  const { secret: other } = await keysApi().createApiKey({ name: 'other' });
  expect(await gate.ask(known)).toMatchObject({ key: keyId });
  await auth.stop();
  await expect(gate.ask(other)).rejects.toMatchObject({ code: 14 });
  expect(await gate.ask(known)).toMatchObject({ key: keyId });
  await auth.start();
});

test('a gate that missed news and cannot ask for them forgets what it knew', async () => {
  await using gate = await openGate();
  const { secret, keyId } = await keysApi().createApiKey({ name: 'forgotten' });
  expect(await gate.ask(secret)).toMatchObject({ key: keyId });
  await auth.stop();
  await auth.place.nats.kill();
  await auth.place.nats.start({ data: 'empty' });
  await eventually({ withinMs: 10_000 }, async () => {
    await expect(gate.ask(secret)).rejects.toMatchObject({ code: 14 });
  });
  await auth.start();
});
