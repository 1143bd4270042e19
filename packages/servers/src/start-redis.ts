import { makePrivateFolder, serverUser } from '../bootstrap/state-folder.mjs';
import { freePort } from './free-port.ts';
import { isRedisReady } from './probe-ready.ts';
import { type Server, startServerProcess } from './server-process.ts';
import type { StartOptions } from './start-options.ts';

/** Settings of Redis or Valkey. */
export interface RedisOptions {
  /** As in redis.conf, e.g. `{ appendonly: 'yes' }`; default: nothing on disk. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Starts Redis or Valkey on 127.0.0.1 over `folder`. It never evicts: a counter that vanishes
 * would be a quota served twice. By default nothing is written to disk; for data that outlives
 * the process pass `settings: { appendonly: 'yes', appendfsync: 'everysec' }`.
 */
export async function startRedis({
  program,
  folder,
  logFile,
  ...options
}: StartOptions & RedisOptions): Promise<Server> {
  const user = serverUser();
  const port = options.port ?? (await freePort());
  makePrivateFolder(folder, user);
  const settings = {
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'no',
    'maxmemory-policy': 'noeviction',
    ...options.settings,
  };
  const server = await startServerProcess({
    name: 'Redis',
    file: program.file,
    args: ['--port', String(port), ...flags(settings)],
    logFile,
    isReady: () => isRedisReady({ port }),
    ...user,
  });
  return { ...server, port, url: `redis://127.0.0.1:${port}/0` };
}

function flags(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}
