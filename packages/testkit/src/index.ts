export { eventually } from './eventually.ts';
export { type FreshDatabase, freshDatabase, passwordOf } from './fresh-database.ts';
export {
  fakeHttpTarget,
  type HttpTarget,
  type ReceivedRequest,
  type TargetAnswer,
} from './http-target.ts';
export { type ServerUrls, serverSettings, serverUrls } from './server-urls.ts';
