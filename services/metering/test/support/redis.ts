import { serverUrls } from '@tollgate/testkit';
import { Redis } from 'ioredis';

/** A connection to the shared Redis for looking behind the curtain. */
export function testRedis(): Redis & AsyncDisposable {
  const redis = new Redis(serverUrls().redisUrl);
  return Object.assign(redis, {
    [Symbol.asyncDispose]: async () => void (await redis.quit()),
  });
}
