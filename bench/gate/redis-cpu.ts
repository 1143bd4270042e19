import type { Redis } from 'ioredis';

/** Processor time that Redis has used since it started, in seconds. */
export async function redisCpuSeconds(redis: Redis): Promise<number> {
  const info = await redis.info('cpu');
  const used = [...info.matchAll(/^used_cpu_(?:sys|user):(\S+)/gm)].map(([, text]) => Number(text));
  return used.reduce((sum, seconds) => sum + seconds, 0);
}
