export { eventually } from './eventually.ts';
export {
  type AnswerRequest,
  echo,
  fakeHttpTarget,
  type HttpTarget,
  type ReceivedRequest,
  type TargetAnswer,
} from './http-target.ts';
export { refusal } from './refusal.ts';
export { type FreshDatabase, freshDatabase, passwordOf } from './servers/fresh-database.ts';
export {
  type MeteringProcess,
  type MeteringProcessOptions,
  startMeteringProcess,
} from './servers/metering-process.ts';
export { type OwnServer, ownNats, ownRedis } from './servers/own-servers.ts';
export { type SharedServers, startSharedServers } from './servers/shared-servers.ts';
export { type StoredPolicy, storePolicies } from './servers/store-policies.ts';
export { type ServerUrls, serverUrls } from './servers/test-settings.ts';
export { type Caller, operator, tokenOf, user } from './services/callers.ts';
export { rpcClient } from './services/rpc-client.ts';
export { type StartOptions, startForTest, type TestService } from './services/start-for-test.ts';
export { openTestPlace, type PublishedEvent, type TestPlace } from './services/test-place.ts';
export {
  principalToken,
  type TestPlatform,
  testIdentity,
  testPlatform,
} from './services/test-platform.ts';
export type { ProcessName } from './services/test-processes.ts';
