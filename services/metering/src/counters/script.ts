import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A Lua script, called by its digest. */
export interface Script {
  readonly source: string;
  readonly sha1: string;
}

/** What can run a script: a connection to Redis. */
export interface ScriptRunner {
  call(command: string, args: (string | number | Buffer)[]): Promise<unknown>;
}

/** Runs a script by its digest; sends its text when Redis has forgotten it (restart, SCRIPT FLUSH). */
export async function runScript(
  redis: ScriptRunner,
  { sha1, source }: Script,
  names: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  try {
    return await redis.call('EVALSHA', [sha1, names.length, ...names, ...args]);
  } catch (error) {
    if (!Error.isError(error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.call('EVAL', [source, names.length, ...names, ...args]);
  }
}

/** Sets `now`, microseconds since 1970, in front of a script: tests put another time there. */
export const redisTime = `local time = redis.call('TIME') local now = time[1] * 1000000 + time[2]\n`;

/** Reads a script's text from its file; `before` is put in front of it. */
export function loadScript(file: URL, before = ''): Script {
  const source = before + readFileSync(file, 'utf8');
  return { source, sha1: createHash('sha1').update(source).digest('hex') };
}
