export { type Caller, operator, tokenOf, user } from './callers.ts';
export { eventually } from './eventually.ts';
export { type FreshDatabase, freshDatabase, passwordOf } from './fresh-database.ts';
export {
  type AnswerRequest,
  echo,
  fakeHttpTarget,
  type HttpTarget,
  type ReceivedRequest,
  type TargetAnswer,
} from './http-target.ts';
export {
  type MeteringProcess,
  type MeteringProcessOptions,
  startMeteringProcess,
} from './metering-process.ts';
export { type OwnServer, ownNats, ownRedis } from './own-servers.ts';
export { refusal } from './refusal.ts';
export { rpcClient } from './rpc-client.ts';
export { type SharedServers, startSharedServers } from './shared-servers.ts';
export { type StartOptions, startForTest, type TestService } from './start-for-test.ts';
export { openTestPlace, type PublishedEvent, type TestPlace } from './test-place.ts';
export { principalToken, type TestPlatform, testIdentity, testPlatform } from './test-platform.ts';
export type { ProcessName } from './test-processes.ts';
export { type ServerUrls, serverUrls } from './test-settings.ts';
