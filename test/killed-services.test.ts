import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serviceNames } from '@tollgate/api';
import { rpcProcessOf } from '@tollgate/system';
import { type Customer, createKey, signUp } from './support/customer.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';
import { expectUsage, send, upgradeTo } from './support/usage.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system?.stop());

/** Sends one request after another until told to stop; answers the statuses. */
function traffic(customer: Customer): { stop(): Promise<number[]> } {
  let going = true;
  const statuses: number[] = [];
  const running = (async () => {
    while (going) statuses.push((await send(customer)).status);
  })();
  return {
    async stop() {
      going = false;
      await running;
      return statuses;
    },
  };
}

test.each([...serviceNames.map(rpcProcessOf), 'gate-2'] as const)(
  '%s killed under traffic comes back, and the numbers still agree',
  async (name) => {
    const customer = await signUp(system);
    await upgradeTo(system, customer, 'pro');
    const requests = traffic(customer);
    const victim = system.process(name);
    await system.eventually(async () => {
      expect(await system.usageInRedis(customer.tenantId)).toBeGreaterThan(5);
    });
    await victim.kill();
    await victim.ready();
    const before = await system.usageInRedis(customer.tenantId);
    await system.eventually(async () => {
      expect(await system.usageInRedis(customer.tenantId)).toBeGreaterThan(before + 5);
    });
    const statuses = await requests.stop();

    expect(statuses.filter((status) => ![200, 503].includes(status))).toEqual([]);
    const admitted = statuses.filter((status) => status === 200).length;
    const charged = await system.usageInRedis(customer.tenantId);
    // A request whose answer died with the gate may be charged; one that was served always is.
    expect(charged).toBeGreaterThanOrEqual(admitted);
    expect(charged - admitted).toBeLessThanOrEqual(statuses.length - admitted);
    await expectUsage(system, customer, charged);
  },
);

test('an event published while its consumer is down has its effect once', async () => {
  const billing = system.process('billing');
  await billing.stop();
  const customer = await signUp(system);
  expect((await customer.call('GET', '/v1/subscriptions', { as: 'user' })).status).toBe(503);

  await billing.start();
  await system.eventually(async () => {
    const answer = await customer.call('GET', '/v1/subscriptions', { as: 'user' });
    expect(answer).toMatchObject({ status: 200, body: { subscriptions: [{ plan_id: 'free' }] } });
  });
  const listed = await customer.call('GET', '/v1/subscriptions', { as: 'user' });
  expect(listed.body.subscriptions).toHaveLength(1);
  await system.eventually(async () => expect((await send(customer)).status).toBe(200));
});

test('a key made while the bus was down is revoked everywhere once it is back', async () => {
  const customer = await signUp(system);
  await system.eventually(async () => expect((await send(customer)).status).toBe(200));
  await system.nats.stop();
  const { keyId, apiKey } = await createKey(customer, system);
  const withKey = { headers: { 'x-api-key': apiKey } };
  expect((await customer.call('GET', '/v1/widgets', withKey)).status).toBe(200);
  await customer.call('DELETE', `/v1/keys/${keyId}`, { as: 'user' });
  await system.nats.start({ data: 'kept' });
  await system.eventually(async () => {
    expect((await customer.call('GET', '/v1/widgets', withKey)).status).toBe(401);
  });
});
