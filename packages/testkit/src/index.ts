export { eventually } from './eventually.ts';
export { type FreshDatabase, freshDatabase, passwordOf } from './fresh-database.ts';
export {
  fakeHttpTarget,
  type HttpTarget,
  type ReceivedRequest,
  type TargetAnswer,
} from './http-target.ts';
export { rpcClient } from './rpc-client.ts';
export { type ServerUrls, serverSettings, serverUrls } from './server-urls.ts';
export { principalToken, type TestPlatform, testIdentity, testPlatform } from './test-platform.ts';
