import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { tenantCreated } from '@tollgate/api/events';
import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import { newId } from '@tollgate/runtime/database';
import { checkoutFolder } from '@tollgate/servers';
import { eventually, startForTest, type TestService, user } from '@tollgate/testkit';

let billing: TestService;
beforeAll(async () => {
  billing = await startForTest('billing');
});
afterAll(async () => billing?.[Symbol.asyncDispose]());

const sql = (text: string) => billing.place.database.sql(text);

/** Runs the command with the settings that Billing itself has here. */
async function replay(...args: string[]): Promise<string> {
  const { privateKey, publicKeys } = billing.platform.common;
  const command = [join(checkoutFolder, 'scripts/replay-events.ts'), '--service', 'billing'];
  const { stdout } = await promisify(execFile)(process.execPath, [...command, ...args], {
    env: {
      ...process.env,
      TOLLGATE_DATABASE_URL: billing.place.database.urls.billing,
      TOLLGATE_NATS_URL: billing.place.nats.url,
      TOLLGATE_SERVICE_PRIVATE_KEY: JSON.stringify(privateKey),
      TOLLGATE_SERVICE_PUBLIC_KEYS: JSON.stringify({ keys: publicKeys }),
    },
  });
  return stdout;
}

test('a parked event has its effect after the repair and the command, and once', async () => {
  expect(await replay()).toBe('billing: nothing is parked\n');

  await sql('alter table billing.plan rename to plan_away');
  const tenantId = newId('ten');
  const names = { slug: 'sample', tenantName: 'Sample organisation' };
  const payload = { tenant: { tenantId, ...names, status: 'active' as const } };
  await billing.place.publishAs(tenantCreated, { tenantId, payload });
  await eventually({ withinMs: 5_000 }, async () => (await deadEvents()).length === 1);
  // As if all tries but the last had been made.
  await sql('update billing.dead_event set tries = 9');
  await eventually({ withinMs: 20_000 }, async () => {
    expect(await deadEvents()).toMatchObject([{ state: 'parked', tries: 10 }]);
  });
  await sql('alter table billing.plan_away rename to plan');

  const parked = /^billing-tenant-created: 1 parked, the last one by .*plan" does not exist/;
  expect(await replay('--list')).toMatch(parked);
  expect(await deadEvents()).toMatchObject([{ state: 'parked' }]);
  expect(await replay('--consumer', 'billing-other')).toBe('billing: nothing is parked\n');

  const said = await replay();
  expect(said).toMatch(parked);
  expect(said).toMatch(/; 1 published again\n$/);
  const client = billing.client(BillingService, user(tenantId));
  await eventually({ withinMs: 5_000 }, async () => {
    expect((await client.listSubscriptions({})).subscriptions).toMatchObject([{ version: 1n }]);
  });
  expect(await deadEvents()).toEqual([]);
  expect(await replay()).toBe('billing: nothing is parked\n');
});

test('the command says what it needs', async () => {
  await expect(replay('--service', 'bills')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^events:replay: usage: --service auth\|tenant\|/),
  });
});

function deadEvents() {
  return sql('select state, tries from billing.dead_event');
}
