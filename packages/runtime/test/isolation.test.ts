import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TenantId } from '@tollgate/api';
import { type FreshDatabase, freshDatabase } from '@tollgate/testkit';
import { Client } from 'pg';
import { type Database, isolationViolations, openDatabase } from '../src/database.ts';
import { subscriptionChanged } from './sample-bus.ts';
import { acme, globex, migrations, NoteRow, note, openSample, platform } from './sample-schema.ts';

let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { billing: migrations } });
  database = await openSample(fresh);
  for (const tenantId of [acme, globex]) {
    await database.write({ tenantId }, async (rows) => {
      rows.insert(NoteRow, note(tenantId, 'note-1', tenantId));
    });
  }
});

afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await fresh?.[Symbol.asyncDispose]();
});

function event(tenantId: TenantId) {
  return {
    type: subscriptionChanged,
    tenantId,
    entityId: 'sub_1',
    payload: {},
  };
}

async function asBilling<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: fresh.urls.billing });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('row-level security', () => {
  test('a transaction sees the rows of its tenant only, by row and by statement', async () => {
    const seen = await database.read({ tenantId: acme }, async (rows) => ({
      found: await rows.findAll(NoteRow, {}),
      counted: await rows.sql('select count(*) from note'),
      foreign: await rows.find(NoteRow, { tenantId: globex, noteId: 'note-1' }),
    }));
    expect(seen.found.map(({ tenantId }) => tenantId)).toEqual([acme]);
    expect(seen.counted).toEqual([{ count: 1n }]);
    expect(seen.foreign).toBeNull();
  });

  test('a transaction cannot write rows of another tenant', async () => {
    const attempt = database.write({ tenantId: acme }, async (rows) => {
      rows.insert(NoteRow, note(globex, 'note-2'));
    });
    await expect(attempt).rejects.toThrow(/row-level security/);
    const moved = database.write({ tenantId: acme }, (rows) =>
      rows.sql('update note set tenant_id = $1', [globex]),
    );
    await expect(moved).rejects.toThrow(/row-level security/);
  });

  test('without a tenant the role sees nothing, whatever a connection did before', async () => {
    await database.read({ tenantId: acme }, (rows) => rows.sql('select 1'));
    await asBilling(async (client) => {
      expect((await client.query('select * from billing.note')).rows).toEqual([]);
      await client.query(`begin; select set_config('app.tenant', '${acme}', true); commit`);
      expect((await client.query('select * from billing.note')).rows).toEqual([]);
    });
  });

  test('the role can neither switch the protection off nor change the tables', async () => {
    const attempts = [
      'alter table billing.note disable row level security',
      'alter table billing.note no force row level security',
      'create policy open on billing.note using (true)',
      'drop table billing.note',
      'truncate billing.note',
      'create table billing.other (id text)',
      'create table public.other (id text)',
      'set role tollgate_billing_owner',
      'set session authorization postgres',
      'set row_security = off; select * from billing.note',
    ];
    for (const statement of attempts) {
      await asBilling(async (client) => {
        await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
      });
    }
  });

  test('background work as the system role sees every tenant, and only inside its transaction', async () => {
    const all = await database.system((rows) => rows.findAll(NoteRow, {}));
    expect(all.map(({ tenantId }) => tenantId).sort()).toEqual([acme, globex]);
    const own = await database.read({ tenantId: acme }, (rows) => rows.findAll(NoteRow, {}));
    expect(own).toHaveLength(1);
  });

  test('work inside another tenant sees that tenant until it ends, events included', async () => {
    const tenantsSeen = await database.write({ tenantId: acme }, async (rows) => {
      const seen = async () => (await rows.sql('select tenant_id from note')).map(Object.values);
      const before = await seen();
      const inside = await rows.inTenant(globex, async () => {
        rows.emit(event(globex));
        return seen();
      });
      return [before, inside, await seen()].flat(2);
    });
    expect(tenantsSeen).toEqual([acme, globex, acme]);
    const written = await fresh.sql('select tenant_id from billing.outbox');
    expect(written).toEqual([{ tenant_id: globex }]);
    const outside = database.write({ tenantId: acme }, async (rows) => rows.emit(event(globex)));
    await expect(outside).rejects.toThrow(/row-level security/);
  });

  test('work inside another tenant that throws leaves it, for whoever catches the error', async () => {
    const seen = await database.write({ tenantId: acme }, async (rows) => {
      const inside = rows.inTenant(globex, () => Promise.reject(new Error('on purpose')));
      await expect(inside).rejects.toThrow('on purpose');
      return rows.sql('select tenant_id from note');
    });
    expect(seen).toEqual([{ tenant_id: acme }]);
  });

  test('refuses a role that could bypass it', async () => {
    const asAdmin = openDatabase(
      { url: fresh.adminUrl, poolMax: 1 },
      { rows: [], migrations },
      platform,
    );
    await expect(asAdmin).rejects.toThrow(/names the role postgres, not tollgate_billing/);
  });
});

describe('the walk over the catalogue', () => {
  const walk = () => isolationViolations((text, values) => fresh.sql(text, values), ['billing']);

  test('finds every table with a tenant protected', async () => {
    expect(await walk()).toEqual([]);
  });

  test('names a table that is not protected, and how', async () => {
    await fresh.sql('create table billing.open (tenant_id text)');
    await fresh.sql('alter table billing.note no force row level security');
    await fresh.sql('create policy everybody on billing.inbox using (true)');
    expect((await walk()).map(({ table, problem }) => `${table}: ${problem}`)).toEqual([
      'billing.inbox: policy everybody opens the table to {public}',
      'billing.note: row-level security is not forced',
      'billing.open: is owned by postgres, not by the owner role',
      'billing.open: no policy compares with app.tenant for tollgate_billing',
      'billing.open: row-level security is not enabled',
      'billing.open: row-level security is not forced',
    ]);
    await fresh.sql('drop table billing.open');
    await fresh.sql('alter table billing.note force row level security');
    await fresh.sql('drop policy everybody on billing.inbox');
  });
});
