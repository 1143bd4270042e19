/** The four servers Tollgate needs, found or installed, started and stopped. See README.md. */
export { ensurePrograms } from './ensure-programs.mjs';
export { freePort, isPortFree } from './free-port.mjs';
export { tryLock, withLock } from './lock-file.mjs';
export { isHttpOk } from './probe-ready.mjs';
export { isRunning, processIdentity } from './process-identity.mjs';
export { withProgress } from './progress.mjs';
export { lastLines } from './run-command.mjs';
export { openLog, startServerProcess } from './server-process.mjs';
export { startEnvoy } from './start-envoy.mjs';
export { startNats } from './start-nats.mjs';
export { startPostgres } from './start-postgres.mjs';
export { startRedis } from './start-redis.mjs';
export { givenServers, startServers } from './start-servers.mjs';
export {
  checkoutFolder,
  makePrivateFolder,
  prepareStateFolder,
  serverUser,
  stateFolder,
} from './state-folder.mjs';
export {
  closeGuard,
  forgetProcess,
  keepProcessList,
  temporaryFolder,
  watchProcess,
} from './watch.mjs';
