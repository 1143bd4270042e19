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
export { type OwnServer, ownNats, ownRedis } from './own-servers.ts';
export { rpcClient } from './rpc-client.ts';
export { type SharedServers, startSharedServers } from './shared-servers.ts';
export { principalToken, type TestPlatform, testIdentity, testPlatform } from './test-platform.ts';
export { type ServerUrls, serverUrls } from './test-settings.ts';
