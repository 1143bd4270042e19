/** Schemas by lists of SQL, applied by an administrator. Loads no more than a client of Postgres. */
export {
  LOCK_TIMEOUT_MS,
  type MigrateOptions,
  migrate,
  type ServiceSchema,
} from './database/migrate.ts';
export {
  type Migration,
  systemTable,
  type TableOptions,
  tenantTable,
} from './database/migration.ts';
export { runtimeMigration } from './database/runtime-migration.ts';
