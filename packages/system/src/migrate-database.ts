import { isServiceName, type ServiceName, serviceNames } from '@tollgate/api';
import { roleUrl, type Settings } from '@tollgate/runtime/config';
import { migrate } from '@tollgate/runtime/migrations';
import type { Log } from '@tollgate/runtime/service';
import { allMigrations } from './all-migrations.ts';

/** What `migrateDatabase` works on. */
export interface MigrateDatabaseOptions {
  /** Connects as a role that may create roles and databases, to a database that exists. */
  readonly adminUrl: string;
  /** Created when it is missing; `tollgate` by default. */
  readonly databaseName?: string;
  /** A password per service; services without one are left alone. */
  readonly passwords: Readonly<Partial<Record<ServiceName, string>>>;
  readonly log?: Log;
}

/**
 * Creates what is missing of database, roles and schemas, applies the migrations of every service
 * that a password is given for, and answers the URL each of them connects with. Safe to repeat.
 */
export async function migrateDatabase<S extends ServiceName>(
  options: MigrateDatabaseOptions & { passwords: Readonly<Record<S, string>> },
): Promise<Record<S, string>> {
  const { adminUrl, databaseName = 'tollgate', passwords, log } = options;
  const schemas = Object.entries<string>(passwords).map(([service, rolePassword]) => {
    if (!isServiceName(service)) throw new Error(`There is no service ${service}.`);
    return { service, migrations: allMigrations[service], rolePassword };
  });
  await migrate({ adminUrl, databaseName, schemas, ...(log ? { log } : {}) });
  const urls = schemas.map(({ service, rolePassword }) => [
    service,
    roleUrl({ adminUrl, databaseName, service, rolePassword }),
  ]);
  return Object.fromEntries(urls) as Record<S, string>;
}

/** What {@link migrateDatabase} works on, from the environment. */
export function readMigrateConfig(settings: Settings) {
  const passwords = serviceNames.map((service) => {
    const password = settings.secret(`TOLLGATE_${service.toUpperCase()}_DATABASE_PASSWORD`, {
      description: `Password to set for the role of ${service}.`,
    });
    return [service, password] as const;
  });
  return {
    adminUrl: settings.url('TOLLGATE_DATABASE_ADMIN_URL', {
      description: 'Postgres as a role that may create roles and databases.',
      protocols: ['postgres:', 'postgresql:'],
      secret: true,
    }),
    databaseName: settings.text('TOLLGATE_DATABASE_NAME', {
      description: 'The database to migrate; created when it is missing.',
      default: 'tollgate',
    }),
    passwords,
  };
}
