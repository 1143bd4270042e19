import { join } from 'node:path';
import type { Program } from './programs.ts';
import type { Server } from './server-process.ts';
import { type NatsOptions, startNats } from './start-nats.ts';
import type { StartOptions } from './start-options.ts';
import { type PostgresOptions, startPostgres } from './start-postgres.ts';
import { type RedisOptions, startRedis } from './start-redis.ts';

type DataServerName = 'postgres' | 'redis' | 'nats';

/** A server that somebody else runs: only its address is ours. */
export interface GivenServer {
  readonly name: string;
  readonly url: string;
  /** Does nothing: it is not ours to stop. */
  stop(): Promise<void>;
}

/** Addresses of servers that are to be used as they are. */
export type GivenAddresses = Readonly<Partial<Record<DataServerName, string | undefined>>>;

/** A server that runs, whoever started it. */
export type RunningServer = Server | GivenServer;

/** Postgres, Redis and NATS, all running. */
export type Servers<S extends RunningServer> = Readonly<Record<DataServerName, S>> & {
  /** Stops those that we started. */
  stop(): Promise<void>;
};

/** How the three are started. */
export interface StartServersOptions {
  /** Of those that are not given. */
  readonly programs: Readonly<Partial<Record<DataServerName, Program>>>;
  /** Each has its data in a folder of its own below it. */
  readonly folder: string;
  /** For a log of each. */
  readonly logFolder: string;
  readonly postgres?: PostgresOptions & { readonly port?: number };
  readonly redis?: RedisOptions & { readonly port?: number };
  readonly nats?: NatsOptions & { readonly port?: number };
}

/**
 * Starts Postgres, Redis and NATS side by side, each over a folder of its own in `folder` and with
 * its log in `logFolder`. All run, or none: if one fails, the others are stopped.
 * A server whose address is in `given` is used as it is, and not stopped.
 */
export function startServers(options: StartServersOptions): Promise<Servers<Server>>;
export function startServers(
  options: StartServersOptions & { readonly given: GivenAddresses },
): Promise<Servers<RunningServer>>;
export async function startServers({
  given = {},
  ...options
}: StartServersOptions & { readonly given?: GivenAddresses }): Promise<Servers<RunningServer>> {
  const started: RunningServer[] = [];
  const open = async (
    name: DataServerName,
    start: (options: StartOptions) => Promise<Server>,
  ): Promise<RunningServer> => {
    const url = given[name];
    if (url) return { name, url, stop: async () => {} };
    const server = await start(placeOf(name, options));
    started.push(server);
    return server;
  };
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };
  const opening = [
    open('postgres', (place) => startPostgres({ ...place, ...options.postgres })),
    open('redis', (place) => startRedis({ ...place, ...options.redis })),
    open('nats', (place) => startNats({ ...place, ...options.nats })),
  ] as const;
  const failures = (await Promise.allSettled(opening)).flatMap((outcome) =>
    outcome.status === 'rejected' ? [String(outcome.reason.message)] : [],
  );
  if (failures.length > 0) {
    await stop();
    throw new Error(failures.join('\n'));
  }
  const [postgres, redis, nats] = await Promise.all(opening);
  return { postgres, redis, nats, stop };
}

function placeOf(
  name: DataServerName,
  { programs, folder, logFolder }: StartServersOptions,
): StartOptions {
  const program = programs[name];
  if (!program) throw new Error(`There is neither a program nor an address for ${name}.`);
  return { program, folder: join(folder, name), logFile: join(logFolder, `${name}.log`) };
}

/** The addresses of servers that the environment names, to be used instead of starting our own. */
export function givenServers(env: NodeJS.ProcessEnv = process.env): GivenAddresses {
  return {
    postgres: env.TOLLGATE_DATABASE_ADMIN_URL,
    redis: env.TOLLGATE_REDIS_URL,
    nats: env.TOLLGATE_NATS_URL,
  };
}
