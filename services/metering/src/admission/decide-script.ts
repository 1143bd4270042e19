import { loadScript, redisTime } from '../counters/script.ts';

/** Decides a batch of calls, by Redis' own clock. */
export const decideScript = loadScript(new URL('decide.lua', import.meta.url), redisTime);
