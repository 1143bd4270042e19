/** The four servers Tollgate needs, found or installed, started and stopped. See README.md. */
export { tryLock, withLock } from '../bootstrap/lock-file.mjs';
export {
  isRunning,
  type ProcessIdentity,
  processIdentity,
} from '../bootstrap/process-identity.mjs';
export { lastLines, runCommand } from '../bootstrap/run-command.mjs';
export {
  checkoutFolder,
  compileCacheFolder,
  makePrivateFolder,
  prepareStateFolder,
  type ServerUser,
  serverUser,
  stateFolder,
} from '../bootstrap/state-folder.mjs';
export {
  closeGuard,
  forgetProcess,
  keepProcessList,
  temporaryFolder,
  watchProcess,
} from '../bootstrap/watch.mjs';
export { ensurePrograms } from './ensure-programs.ts';
export { freePort, isPortFree } from './free-port.ts';
export { isHttpOk } from './probe-ready.ts';
export type { Program, ServerName } from './programs.ts';
export {
  openLog,
  type Server,
  type ServerProcess,
  type ServerProcessSpec,
  startServerProcess,
} from './server-process.ts';
export { startEnvoy } from './start-envoy.ts';
export { startNats } from './start-nats.ts';
export { startPostgres } from './start-postgres.ts';
export { startRedis } from './start-redis.ts';
export {
  type GivenAddresses,
  type GivenServer,
  givenServers,
  type RunningServer,
  type Servers,
  startServers,
} from './start-servers.ts';
