import type { ServiceName } from '@tollgate/api';
import { rolesOf } from '../config/database-roles.ts';
import type { RunSql } from './check-isolation.ts';
import { pendingMigrations } from './migrate.ts';
import type { Migration } from './migration.ts';

/**
 * Proves at start what everything after relies on: the role is the service's own, cannot bypass
 * row-level security, and every migration of this program is applied. Throws one line that names
 * what is wrong.
 */
export async function verifyDatabase(
  run: RunSql,
  expected: { readonly schema: ServiceName; readonly migrations: readonly Migration[] },
): Promise<void> {
  const { login, system } = rolesOf(expected.schema);
  const [role] = (await run(roleQuery, [login, system])) as { name: string; powerful: boolean }[];
  if (role?.name !== login) {
    throw new Error(`The database URL names the role ${role?.name}, not ${login}.`);
  }
  if (role.powerful) throw new Error(`The role ${login} could bypass row-level security.`);
  const applied = (await run(
    `select name, digest from ${expected.schema}.migration order by position`,
    [],
  )) as { name: string; digest: string }[];
  // A schema may be ahead: while a release rolls out, older processes still start.
  const known = applied.slice(0, expected.migrations.length);
  const missing = pendingMigrations(expected.schema, expected.migrations, known);
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    throw new Error(`The schema ${expected.schema} lacks ${names}: run scripts/migrate.ts first.`);
  }
}

const roleQuery = `
select session_user::text as name, r.rolsuper or r.rolbypassrls
  or exists (select from pg_roles s where s.rolname = $2 and pg_has_role($1, s.oid, 'USAGE'))
  as powerful
from pg_roles r where r.rolname = session_user`;
