import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type FreshDatabase, freshDatabase, passwordOf, serverUrls } from '@tollgate/testkit';
import { Client } from 'pg';
import { openDatabase } from '../src/database.ts';
import {
  type MigrateOptions,
  type Migration,
  migrate,
  systemTable,
  tenantTable,
} from '../src/migrations.ts';
import { migrations, NoteRow, openSample, platform } from './sample-schema.ts';

let fresh: FreshDatabase;

beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { billing: migrations } });
});

afterAll(async () => {
  await fresh?.[Symbol.asyncDispose]();
});

function run(
  list: readonly Migration[],
  { databaseName = fresh.name, ...options }: Partial<MigrateOptions> = {},
): Promise<void> {
  return migrate({
    ...options,
    adminUrl: serverUrls().databaseAdminUrl,
    databaseName,
    schemas: [{ service: 'billing', migrations: list, rolePassword: passwordOf('billing') }],
  });
}

const applied = () => fresh.sql('select name from billing.migration order by position');
const colour: Migration = {
  name: '0002-colour',
  up: systemTable('billing', 'billing', 'create table colour (name text primary key)'),
};

test('a repetition changes nothing, and a further migration is applied to what is there', async () => {
  const before = await applied();
  await run(migrations);
  expect(await applied()).toEqual(before);
  await run([...migrations, colour]);
  expect((await applied()).at(-1)).toEqual({ name: '0002-colour' });
});

test('history that was edited, removed or reordered is refused, and nothing is changed', async () => {
  const [runtime, notes] = migrations as [Migration, Migration];
  const edited = { ...notes, up: [...notes.up, 'create table billing.late (id text)'] };
  await expect(run([runtime, edited, colour])).rejects.toThrow(/0001-note .* has changed since/);
  await expect(run([runtime, notes])).rejects.toThrow(/0002-colour .* now missing or moved/);
  await expect(run([notes, runtime, colour])).rejects.toThrow(/0000-runtime .* missing or moved/);
  await expect(run([runtime, notes, colour, colour])).rejects.toThrow(/share a name/);
  expect(await fresh.sql(`select to_regclass('billing.late') as late`)).toEqual([{ late: null }]);
});

test('a migration that fails in its middle leaves nothing, and says which it was', async () => {
  const broken: Migration = {
    name: '0003-broken',
    up: ['create table billing.half (id text)', 'create table billing.half (id text)'],
  };
  await expect(run([...migrations, colour, broken])).rejects.toThrow(/0003-broken .* was undone/);
  expect(await fresh.sql(`select to_regclass('billing.half') as half`)).toEqual([{ half: null }]);
});

test('a migration that does not get its table in time is undone, and others do not wait on', async () => {
  const wide: Migration = {
    name: '0003-wide',
    up: ['create table early (id text)', 'alter table note add column wide text'],
  };
  const busy = new Client({ connectionString: fresh.adminUrl });
  await busy.connect();
  try {
    await busy.query('begin; lock table billing.note in access share mode');
    const waiting = run([...migrations, colour, wide], { lockTimeoutMs: 50 });
    await expect(waiting).rejects.toMatchObject({
      message: 'Migration 0003-wide of billing failed and was undone.',
      cause: { code: '55P03' },
    });
  } finally {
    await busy.end();
  }
  expect(await fresh.sql(`select to_regclass('billing.early') as early`)).toEqual([
    { early: null },
  ]);
});

test('five runners at once migrate a new database once', async () => {
  const name = `test_${randomBytes(8).toString('hex')}`;
  try {
    await Promise.all(Array.from({ length: 5 }, () => run(migrations, { databaseName: name })));
  } finally {
    await fresh.sql(`drop database if exists ${name} with (force)`);
  }
});

test('a service of an older version starts on a schema that is ahead of it', async () => {
  await using database = await openSample(fresh);
  await database.ping();
});

test('a service refuses to start on a schema that lacks a migration of its', async () => {
  const missing: Migration = { name: '0009-missing', up: ['select 1'] };
  const opening = openDatabase(
    { url: fresh.urls.billing, poolMax: 1 },
    { rows: [NoteRow], migrations: [...migrations, colour, missing] },
    platform,
  );
  await expect(opening).rejects.toThrow('lacks 0009-missing: run scripts/migrate.ts first');
});

test('a table with a tenant cannot be made without its protection', () => {
  expect(() => systemTable('billing', 'billing', 'create table t (tenant_id text)')).toThrow();
  expect(() => tenantTable('billing', 'billing', 'create table t (id text)')).toThrow();
  expect(() =>
    tenantTable('billing', 'billing', 'create table auth.t (tenant_id text not null)'),
  ).toThrow('Not a "create table" in schema billing');
});

test('rows of an append-only table can be added and read, never changed or removed', async () => {
  const history: Migration = {
    name: '0003-history',
    up: tenantTable(
      'billing',
      'billing',
      'create table history (tenant_id text not null, what text not null)',
      { access: 'append' },
    ),
  };
  const list = [...migrations, colour, history];
  await run(list);
  await using database = await openSample(fresh, list);
  const add = `insert into history (tenant_id, what) values ('ten_1', 'made')`;
  await database.system((rows) => rows.sql(add));
  for (const change of [`update history set what = 'edited'`, 'delete from history']) {
    const attempt = database.system((rows) => rows.sql(change));
    await expect(attempt).rejects.toMatchObject({ code: '42501' });
  }
});
