/** The whole system in processes: see README.md. */
export {
  type MigrateDatabaseOptions,
  migrateDatabase,
  readMigrateConfig,
} from './migrate-database.ts';
export {
  type Listener,
  type ProcessKind,
  type ProcessPorts,
  processKinds,
  rpcProcessOf,
} from './process-kinds.ts';
export {
  createSecrets,
  keyPepperOf,
  openSecrets,
  publicKeysOf,
  type SystemSecrets,
  writePrivateJson,
} from './secrets.ts';
export type { ServiceProcessName } from './service-processes.ts';
export { type ProcessName, type System, type SystemOptions, startSystem } from './start-system.ts';
export type { SupervisedProcess } from './supervise.ts';
export { readUpstreams } from './upstreams.ts';
