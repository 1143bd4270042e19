import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serviceNames } from '@tollgate/api';
import { isolationViolations } from '@tollgate/runtime/database';
import { type FreshDatabase, freshDatabase } from '@tollgate/testkit';
import { Client } from 'pg';

let fresh: FreshDatabase;

beforeAll(async () => {
  fresh = await freshDatabase();
});

afterAll(async () => {
  await fresh?.[Symbol.asyncDispose]();
});

test('every table with a tenant, of every service, is under forced row-level security', async () => {
  const run = (text: string, values: unknown[]) => fresh.sql(text, values);
  expect(await isolationViolations(run, serviceNames)).toEqual([]);
  const [found] = await fresh.sql(
    `select count(distinct table_schema)::int as schemas from information_schema.columns
     where column_name = 'tenant_id' and table_schema = any($1)`,
    [[...serviceNames]],
  );
  expect(found).toEqual({ schemas: serviceNames.length });
});

test('no service can read the schema of another', async () => {
  for (const service of serviceNames) {
    const client = new Client({ connectionString: fresh.urls[service] });
    await client.connect();
    try {
      for (const other of serviceNames.filter((name) => name !== service)) {
        const attempt = client.query(`select * from ${other}.outbox`);
        await expect(attempt).rejects.toMatchObject({ code: '42501' });
      }
    } finally {
      await client.end();
    }
  }
});
