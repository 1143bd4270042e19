import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accessOf, serviceNames, services } from '@tollgate/api';
import { isolationViolations } from '@tollgate/runtime/database';
import { type Customer, call, signUp } from './support/customer.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

let system: TestSystem;
let customer: Customer;
beforeAll(async () => {
  system = await startTestSystem();
  customer = await signUp(system);
});
afterAll(() => system?.stop());

const methods = services.flatMap((service) => service.methods);
const nameOf = (method: (typeof methods)[number]) => `${method.parent.typeName}/${method.name}`;

test('every RPC has a permission or is declared public, never both', () => {
  const undeclared = methods.filter((method) => {
    try {
      accessOf(method);
      return false;
    } catch {
      return true;
    }
  });
  expect(undeclared.map(nameOf)).toEqual([]);
  expect(methods.length).toBeGreaterThan(20);
});

test.each(methods.map((method) => [nameOf(method), method] as const))(
  '%s: nobody comes in without the credential it asks for, by gRPC path or by Connect',
  async (_, method) => {
    const access = accessOf(method);
    const answer = await call(system, 'POST', `/${nameOf(method)}`, { body: {} });
    if (access.kind === 'public') expect([200, 400, 401]).toContain(answer.status);
    else expect(answer.status).toBe(401);
  },
);

test('internal RPCs have no route, also not for an owner', async () => {
  const internal = methods.filter((method) => {
    const access = accessOf(method);
    return access.kind !== 'public' && access.permission.endsWith('.internal');
  });
  expect(internal.length).toBeGreaterThan(3);
  for (const method of internal) {
    const answer = await customer.call('POST', `/${nameOf(method)}`, { as: 'user', body: {} });
    expect({ rpc: nameOf(method), status: answer.status }).toMatchObject({ status: 404 });
  }
});

test('every table with a tenant has forced row-level security that its service cannot bypass', async () => {
  const run = (text: string, parameters: unknown[]) => system.sql(text, parameters);
  expect(await isolationViolations(run, serviceNames)).toEqual([]);
  const tables = await system.sql(
    `select table_schema, table_name from information_schema.columns
      where column_name = 'tenant_id' and table_schema = any($1)`,
    [serviceNames],
  );
  expect(tables.length).toBeGreaterThan(10);
});
