import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A Lua script, called by its digest. */
export interface Script {
  readonly source: string;
  readonly sha1: string;
}

/** What can run a script: a connection to Redis. */
export interface ScriptRunner {
  call(command: string, args: (string | number)[]): Promise<unknown>;
}

const redisTime = `local time = redis.call('TIME') local now = time[1] * 1000000 + time[2]\n`;

/** Decides a batch of requests by Redis' own clock. */
export const admitScript = script(redisTime + sourceOf('admit.lua'));
/** Like {@link admitScript}, by the time in a fifth argument: for the tests of its arithmetic. */
export const admitAtScript = script(
  `local now = cmsgpack.unpack(ARGV[5])[1]\n${sourceOf('admit.lua')}`,
);
/** Gives a tenant its counters back. */
export const restoreScript = script(sourceOf('restore.lua'));
/** Reads counters with their epoch. */
export const readCountersScript = script(sourceOf('read-counters.lua'));
/** Forgets that saved counters were dirty. */
export const markSavedScript = script(sourceOf('mark-saved.lua'));
/** Reads the state of limits. */
export const peekScript = script(sourceOf('peek.lua'));

/** Runs a script by its digest; sends its text when Redis has forgotten it (restart, SCRIPT FLUSH). */
export async function runScript(
  redis: ScriptRunner,
  { sha1, source }: Script,
  names: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.call('EVALSHA', [sha1, names.length, ...names, ...args]);
  } catch (error) {
    if (!Error.isError(error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.call('EVAL', [source, names.length, ...names, ...args]);
  }
}

function script(source: string): Script {
  return { source, sha1: createHash('sha1').update(source).digest('hex') };
}

function sourceOf(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}
