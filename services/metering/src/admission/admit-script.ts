import { loadScript } from '../counters/script.ts';

const file = new URL('admit.lua', import.meta.url);
const redisTime = `local time = redis.call('TIME') local now = time[1] * 1000000 + time[2]\n`;

/** Decides a batch of requests by Redis' own clock. */
export const admitScript = loadScript(file, redisTime);
/** Like {@link admitScript}, by the time in a fifth argument: for the tests of its arithmetic. */
export const admitAtScript = loadScript(file, 'local now = cmsgpack.unpack(ARGV[5])[1]\n');
