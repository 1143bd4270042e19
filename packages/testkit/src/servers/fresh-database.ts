import { randomBytes } from 'node:crypto';
import { perService, type ServiceName, serviceNames } from '@tollgate/api';
import { roleUrl, withDatabase } from '@tollgate/runtime/config';
import { type Migration, migrate, type ServiceSchema } from '@tollgate/runtime/migrations';
import { createSharedWork } from '@tollgate/runtime/service';
import { Client } from 'pg';
import { serverUrls } from './test-settings.ts';

/** A database of a test file's own on the shared server, dropped when disposed. */
export interface FreshDatabase extends AsyncDisposable {
  readonly name: string;
  /** As the administrator, who sees everything. For looking behind the curtain. */
  readonly adminUrl: string;
  /** As each service's own role, once its schema is migrated. */
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** Applies the migrations of a service that are not applied yet. */
  migrate(service: ServiceName): Promise<void>;
  /** Runs one statement as the administrator. */
  sql<T extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>;
}

/**
 * Creates and migrates a database with a random name. Without `migrations`, those of all five
 * services are applied; with them, only the services named, and others when `migrate` is asked.
 */
export async function freshDatabase(
  options: { migrations?: Partial<Record<ServiceName, readonly Migration[]>> } = {},
): Promise<FreshDatabase> {
  const url = serverUrls().databaseAdminUrl;
  const name = `test_${randomBytes(8).toString('hex')}`;
  const given = options.migrations ?? (await everyService());
  const migrated = createSharedWork<ServiceName, void>();
  const schemaOf = (service: ServiceName, migrations: readonly Migration[]): ServiceSchema => ({
    service,
    migrations,
    rolePassword: passwordOf(service),
  });
  const apply = (schemas: readonly ServiceSchema[]) =>
    migrate({ adminUrl: url, databaseName: name, schemas });
  await apply(
    serviceNames.flatMap((service) => {
      const own = given[service];
      return own ? [schemaOf(service, own)] : [];
    }),
  );
  const adminUrl = withDatabase(url, name);
  return {
    name,
    adminUrl,
    urls: perService((service) =>
      roleUrl({ adminUrl: url, databaseName: name, service, rolePassword: passwordOf(service) }),
    ),
    migrate: (service) =>
      migrated.share(service, async () =>
        apply([schemaOf(service, (await everyService())[service])]),
      ),
    sql: (text, values = []) => runAs(adminUrl, text, values),
    [Symbol.asyncDispose]: async () =>
      void (await runAs(url, `drop database if exists ${name} with (force)`, [])),
  };
}

/** Roles belong to the server, so that every test file must set the same passwords. */
export function passwordOf(service: ServiceName): string {
  return `test-only-password-of-${service}`;
}

/** Loaded when asked for: a test of one part does not depend on every service. */
async function everyService(): Promise<Readonly<Record<ServiceName, readonly Migration[]>>> {
  const { allMigrations } = await import('@tollgate/system/migrations');
  return allMigrations;
}

async function runAs<T>(url: string, text: string, values: unknown[]): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(text, values);
    return rows;
  } finally {
    await client.end();
  }
}
