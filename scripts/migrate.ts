import {
  isServiceName,
  type Log,
  type Migration,
  migrate,
  openLog,
  rolesOf,
  type ServiceName,
  serviceNames,
  withDatabase,
} from '@tollgate/runtime';

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
  const urls: [string, string][] = [];
  for (const [service, rolePassword] of Object.entries<string>(passwords)) {
    if (!isServiceName(service)) throw new Error(`There is no service ${service}.`);
    const migrations = await migrationsOf(service);
    const further = log ? { log } : {};
    await migrate({ adminUrl, databaseName, service, migrations, rolePassword, ...further });
    urls.push([service, roleUrl({ adminUrl, databaseName, service, rolePassword })]);
  }
  return Object.fromEntries(urls) as Record<S, string>;
}

/** Where and as whom a service connects. */
export function roleUrl(target: {
  adminUrl: string;
  databaseName: string;
  service: ServiceName;
  rolePassword: string;
}): string {
  const url = new URL(withDatabase(target.adminUrl, target.databaseName));
  url.username = rolesOf(target.service).login;
  url.password = encodeURIComponent(target.rolePassword);
  return url.href;
}

async function migrationsOf(service: ServiceName): Promise<readonly Migration[]> {
  const path = `../services/${service}/src/store/migrations/index.ts`;
  const module: { migrations: readonly Migration[] } = await import(path);
  return module.migrations;
}

function passwordsFrom(env: NodeJS.ProcessEnv): Record<ServiceName, string> {
  const named = serviceNames.map((service) => ({
    service,
    name: `TOLLGATE_${service.toUpperCase()}_DATABASE_PASSWORD`,
  }));
  const missing = named.filter(({ name }) => !env[name]).map(({ name }) => name);
  if (missing.length > 0) throw new Error(`Settings missing: ${missing.join(', ')}.`);
  return Object.fromEntries(named.map(({ service, name }) => [service, env[name]])) as Record<
    ServiceName,
    string
  >;
}

if (import.meta.main) {
  const log = openLog({ service: 'migrate', level: 'info' });
  try {
    const adminUrl = process.env.TOLLGATE_DATABASE_ADMIN_URL;
    if (!adminUrl) throw new Error('Settings missing: TOLLGATE_DATABASE_ADMIN_URL.');
    await migrateDatabase({ adminUrl, passwords: passwordsFrom(process.env), log });
    log.info('database is up to date');
  } catch (error) {
    log.fatal({ error }, 'migration failed');
    process.exitCode = 1;
  }
}
