import { loadScript } from '../counters/script.ts';

/** Decides a batch of calls, by Redis' own clock. */
export const decideScript = loadScript(
  new URL('decide.lua', import.meta.url),
  `local time = redis.call('TIME') local now = time[1] * 1000000 + time[2]\n`,
);
