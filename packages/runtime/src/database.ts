/** Transactions that see one tenant, and what is sealed at rest. */
export {
  type IsolationViolation,
  isolationViolations,
  type RunSql,
} from './database/check-isolation.ts';
export type {
  Database,
  EventCause,
  FindOptions,
  LockName,
  OutgoingEvent,
  Rows,
  TenantContext,
  WriteOptions,
  Written,
} from './database/database.ts';
export { InstantColumn } from './database/instant-column.ts';
export {
  type DatabaseDefinition,
  type DatabasePlatform,
  openDatabase,
} from './database/open-database.ts';
export { newId } from './ids/new-id.ts';
export { aesSeal, type Seal } from './seal/seal.ts';
