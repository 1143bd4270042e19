import { createHash } from 'node:crypto';
import type { ServiceName } from '@tollgate/api';
import { rolesOf } from '../config/database-roles.ts';

/** One step in a schema's history. Never edited once released: a correction is a further step. */
export interface Migration {
  /** Unique within the service, e.g. `0002-invitations`; steps run in the order of the list. */
  readonly name: string;
  /** Statements, run in order as the schema's owner, all in one transaction. */
  readonly up: readonly string[];
  /** Rules of squawk that it breaks on purpose, each with the reason; `npm run check` asks. */
  readonly breaks?: Readonly<Record<string, string>>;
}

/** What the service's own role may do with a table; the default is everything but TRUNCATE. */
export interface TableOptions {
  /** `append`: rows can be read and added, never changed or removed (history, ledgers, audit). */
  readonly access?: 'full' | 'append';
}

/**
 * Statements that make a table of rows that belong to tenants. `ddl` is its `create table`, with a
 * column `tenant_id text not null`. Row-level security is enabled and forced: the service's role sees
 * the rows of the tenant its transaction works for, and none without one; its system role sees all.
 */
export function tenantTable(
  schema: string,
  service: ServiceName,
  ddl: string,
  options: TableOptions = {},
): string[] {
  if (!/\btenant_id\s+text\s+not\s+null\b/i.test(ddl)) {
    throw new Error(`A tenant's table needs "tenant_id text not null": ${ddl.slice(0, 60)}`);
  }
  const table = tableOf(schema, ddl);
  const { login, system } = rolesOf(service);
  const own = `tenant_id = nullif(current_setting('app.tenant', true), '')`;
  return [
    ddl,
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy tenant on ${table} to ${login} using (${own}) with check (${own})`,
    `create policy system on ${table} to ${system} using (true) with check (true)`,
    ...grants(table, service, options),
  ];
}

/** Statements that make a table without tenants: the table and what the service may do with it. */
export function systemTable(
  schema: string,
  service: ServiceName,
  ddl: string,
  options: TableOptions = {},
): string[] {
  if (/\btenant_id\b/i.test(ddl)) {
    throw new Error(`A table with a tenant is made by tenantTable: ${ddl.slice(0, 60)}`);
  }
  return [ddl, ...grants(tableOf(schema, ddl), service, options)];
}

/** SHA-256 (hex) over a migration's statements, kept in the database to notice changed history. */
export function migrationDigest({ up }: Migration): string {
  return createHash('sha256').update(JSON.stringify(up)).digest('hex');
}

function grants(table: string, service: ServiceName, { access = 'full' }: TableOptions): string[] {
  const { login, system } = rolesOf(service);
  const allowed = access === 'append' ? 'select, insert' : 'select, insert, update, delete';
  return [`grant ${allowed} on ${table} to ${login}, ${system}`];
}

function tableOf(schema: string, ddl: string): string {
  const match = /^\s*create\s+table\s+(?:([a-z_][a-z0-9_]*)\.)?([a-z_][a-z0-9_]*)\s*\(/i.exec(ddl);
  const [, named, table] = match ?? [];
  if (!table || (named && named !== schema)) {
    throw new Error(`Not a "create table" in schema ${schema}: ${ddl.slice(0, 60)}`);
  }
  return `${schema}.${table}`;
}
