import type { ServiceName } from '@tollgate/api';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { rolesOf, withDatabase } from '../config/database-roles.ts';
import type { Log } from '../log/log.ts';
import { type Migration, migrationDigest } from './migration.ts';
import { scramVerifier } from './scram-verifier.ts';

/** Any constant: all runners on one server wait for each other, whatever they migrate. */
const LOCK = 7_065_519_283n;

/** How long a migration waits for a table, if nothing else is said: others queue behind its wait. */
export const LOCK_TIMEOUT_MS = 10_000;

/** One service's part of a database. */
export interface ServiceSchema {
  readonly service: ServiceName;
  readonly migrations: readonly Migration[];
  /** Password of the service's role; set anew on each run. */
  readonly rolePassword: string;
}

/** What `migrate` works on. */
export interface MigrateOptions {
  /** Connects as a role that may create roles and databases, to a database that exists. */
  readonly adminUrl: string;
  /** The database to migrate; created (UTF-8) when it is missing. */
  readonly databaseName: string;
  /** In the order in which they are migrated. */
  readonly schemas: readonly ServiceSchema[];
  /** A migration that waits longer for a table is undone and fails; the default is ten seconds. */
  readonly lockTimeoutMs?: number;
  readonly log?: Log;
}

/**
 * Brings the services' parts of a database to the newest state: roles, schemas, and each migration
 * not yet applied, one transaction each. Safe to repeat and to run from several machines at once.
 * Refuses, changing nothing of that schema, when an applied migration has been edited, removed or
 * reordered. Where nothing is to do it takes two connections and two transactions.
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { adminUrl, databaseName, schemas, lockTimeoutMs = LOCK_TIMEOUT_MS, log } = options;
  // Roles belong to the whole server, so the lock is taken in the database all runners share.
  await using admin = await connect(adminUrl);
  await admin.query('select pg_advisory_lock($1)', [LOCK]);
  await inTransaction(admin, async () => {
    for (const { service, rolePassword } of schemas)
      await ensureRoles(admin, service, rolePassword);
  });
  await ensureDatabase(admin, databaseName);
  await using target = await connect(withDatabase(adminUrl, databaseName));
  await inTransaction(target, async () => {
    for (const { service } of schemas) await ensureSchema(target, service, databaseName);
  });
  await target.query(`set lock_timeout = ${lockTimeoutMs}`);
  for (const schema of schemas) await applyMigrations(target, schema, log);
}

async function connect(connectionString: string): Promise<Client & AsyncDisposable> {
  const client = new Client({
    connectionString,
    connectionTimeoutMillis: 10_000,
    options: '-c timezone=UTC -c client_min_messages=warning',
  });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

/** One write to disk for all of it. */
async function inTransaction(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

async function ensureRoles(admin: Client, service: ServiceName, password: string): Promise<void> {
  const { login, system, owner } = rolesOf(service);
  for (const role of [login, system, owner]) {
    const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [role]);
    if (rowCount === 0) await admin.query(`create role ${role} nologin`);
  }
  const powerless = 'nosuperuser nocreatedb nocreaterole noreplication nobypassrls';
  const verifier = escapeLiteral(scramVerifier(password));
  await admin.query(`alter role ${system} ${powerless} nologin`);
  await admin.query(`alter role ${owner} ${powerless} nologin inherit`);
  await admin.query(`alter role ${login} ${powerless} login noinherit password ${verifier}`);
  // The login role must enter the system role on purpose; the owner is covered by its policies.
  const { rows } = await admin.query(`select current_setting('server_version_num')::int as v`);
  const onPurpose = rows[0].v >= 160_000 ? 'with inherit false, set true' : '';
  await admin.query(`grant ${system} to ${login} ${onPurpose}`);
  await admin.query(`grant ${system} to ${owner}`);
  await admin.query(`grant ${owner} to current_user`);
}

async function ensureDatabase(admin: Client, name: string): Promise<void> {
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name]);
  if (rowCount !== 0) return;
  await admin.query(`create database ${escapeIdentifier(name)} encoding 'UTF8' template template0`);
}

async function ensureSchema(target: Client, service: ServiceName, database: string): Promise<void> {
  const { login, system, owner } = rolesOf(service);
  await target.query(
    `revoke create, temporary on database ${escapeIdentifier(database)} from public`,
  );
  await target.query('revoke all on schema public from public');
  await target.query(`create schema if not exists ${service} authorization ${owner}`);
  await target.query(`grant usage on schema ${service} to ${login}, ${system}`);
  await target.query(`set local role ${owner}`);
  await target.query(`create table if not exists ${service}.migration (
    name text primary key, position integer not null unique, digest text not null,
    apply_time timestamptz not null default now())`);
  await target.query(`grant select on ${service}.migration to ${login}, ${system}`);
  await target.query('reset role');
}

async function applyMigrations(
  target: Client,
  { service, migrations }: ServiceSchema,
  log: Log | undefined,
): Promise<void> {
  await target.query(`set role ${rolesOf(service).owner}`);
  const { rows } = await target.query(
    `select name, digest from ${service}.migration order by position`,
  );
  const pending = pendingMigrations(service, migrations, rows);
  await target.query(`select set_config('search_path', $1, false)`, [service]);
  for (const migration of pending) {
    await applyMigration(target, service, migration, migrations.indexOf(migration));
    log?.info({ migration: migration.name, schema: service }, 'migration applied');
  }
  await target.query('reset role');
}

async function applyMigration(
  target: Client,
  service: ServiceName,
  migration: Migration,
  position: number,
): Promise<void> {
  try {
    await inTransaction(target, async () => {
      for (const statement of migration.up) await target.query(statement);
      await target.query(
        `insert into ${service}.migration (name, position, digest) values ($1, $2, $3)`,
        [migration.name, position, migrationDigest(migration)],
      );
    });
  } catch (cause) {
    throw new Error(`Migration ${migration.name} of ${service} failed and was undone.`, { cause });
  }
}

/**
 * The migrations that are still to apply. Throws when what was applied is not the beginning of the
 * list, statement for statement: history is append-only.
 */
export function pendingMigrations(
  service: string,
  migrations: readonly Migration[],
  applied: readonly { name: string; digest: string }[],
): readonly Migration[] {
  const names = new Set(migrations.map(({ name }) => name));
  if (names.size !== migrations.length)
    throw new Error(`Two migrations of ${service} share a name.`);
  applied.forEach(({ name, digest }, position) => {
    const known = migrations[position];
    if (known?.name !== name) {
      throw new Error(`Migration ${name} of ${service} was applied and is now missing or moved.`);
    }
    if (migrationDigest(known) !== digest) {
      throw new Error(`Migration ${name} of ${service} was applied and has changed since.`);
    }
  });
  return migrations.slice(applied.length);
}
