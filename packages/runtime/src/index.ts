export { type Clock, type FixedClock, fixedClock, systemClock } from './clock/clock.ts';
export type { Environment, Principal, PrincipalKind } from './identity/principal.ts';
export {
  isRole,
  isServiceName,
  type Role,
  roles,
  type ServiceName,
  serviceNames,
} from './identity/roles.ts';
export {
  type Id,
  type IdPrefix,
  idPrefixes,
  isId,
  newId,
  PLATFORM_TENANT_ID,
  type TenantId,
} from './ids/ids.ts';
export { describeError, type Log, type LogLevel, logLevels, openLog } from './log/log.ts';
export type { Call } from './rpc/call.ts';
export { type AnswerSeal, aesSeal } from './database/answer-seal.ts';
export {
  type IsolationViolation,
  isolationViolations,
  type RunSql,
} from './database/check-isolation.ts';
export type {
  Database,
  FindOptions,
  OutgoingEvent,
  Rows,
  TenantContext,
} from './database/database.ts';
export { isDatabaseOutage, sqlState } from './database/driver-errors.ts';
export { InstantColumn } from './database/instant-column.ts';
export { type MigrateOptions, migrate, withDatabase } from './database/migrate.ts';
export {
  type DatabaseRoles,
  type Migration,
  rolesOf,
  systemTable,
  type TableOptions,
  tenantTable,
} from './database/migration.ts';
export { type DatabaseDefinition, openDatabase } from './database/open-database.ts';
export { runtimeMigration } from './database/runtime-migration.ts';
