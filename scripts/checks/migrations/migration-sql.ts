import type { ServiceName } from '@tollgate/api';
import { LOCK_TIMEOUT_MS } from '@tollgate/runtime/migrations';
import { allMigrations } from '@tollgate/system/migrations';

/** A migration as text: what its transaction does. */
export interface MigrationSql {
  /** Such as `auth/0001-identity.sql`. */
  readonly name: string;
  readonly sql: string;
  /** Rules of squawk that it breaks on purpose. */
  readonly breaks: readonly string[];
}

/** All migrations of all services, in the order in which they run. */
export function migrationTexts(): MigrationSql[] {
  const services = Object.entries(allMigrations) as [ServiceName, (typeof allMigrations)['auth']][];
  return services.flatMap(([service, migrations]) =>
    migrations.map(({ name, up, breaks = {} }) => ({
      name: `${service}/${name}.sql`,
      breaks: Object.keys(breaks),
      sql: [
        ...Object.entries(breaks).map(([rule, why]) => `-- Breaks ${rule}: ${why}\n`),
        [
          'begin',
          `set local search_path to ${service}`,
          `set local lock_timeout = ${LOCK_TIMEOUT_MS}`,
          ...up,
          'commit',
          '',
        ].join(';\n'),
      ].join(''),
    })),
  );
}
