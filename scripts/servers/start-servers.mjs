import { join } from 'node:path';
import { startNats } from './start-nats.mjs';
import { startPostgres } from './start-postgres.mjs';
import { startRedis } from './start-redis.mjs';

/**
 * Starts Postgres, Redis and NATS side by side, each over a folder of its own in `folder` and with
 * its log in `logFolder`. All run, or none: if one fails, the others are stopped.
 * A server whose address is in `given` is used as it is, and not stopped.
 * @param {{ programs: Record<string, { file: string, version: string }>, folder: string,
 *   logFolder: string, given?: { postgres?: string, redis?: string, nats?: string },
 *   postgres?: object, redis?: object, nats?: object }} options
 */
export async function startServers({ programs, folder, logFolder, given = {}, ...options }) {
  const starters = { postgres: startPostgres, redis: startRedis, nats: startNats };
  const outcomes = await Promise.allSettled(
    Object.entries(starters).map(async ([name, start]) => {
      if (given[name]) return [name, { name, url: given[name], stop: async () => {} }];
      const places = { folder: join(folder, name), logFile: join(logFolder, `${name}.log`) };
      return [name, await start({ program: programs[name], ...places, ...options[name] })];
    }),
  );
  const started = outcomes.flatMap(({ value }) => (value ? [value] : []));
  const stop = async () => {
    await Promise.all(started.map(([, server]) => server.stop()));
  };
  const failures = outcomes.flatMap(({ reason }) => (reason ? [reason.message] : []));
  if (failures.length === 0) return { ...Object.fromEntries(started), stop };
  await stop();
  throw new Error(failures.join('\n'));
}

/** The addresses of servers that the environment names, to be used instead of starting our own. */
export function givenServers(env = process.env) {
  return {
    postgres: env.TOLLGATE_DATABASE_ADMIN_URL,
    redis: env.TOLLGATE_REDIS_URL,
    nats: env.TOLLGATE_NATS_URL,
  };
}
