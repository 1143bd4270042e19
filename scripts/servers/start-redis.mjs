import { freePort } from './free-port.mjs';
import { isRedisReady } from './probe-ready.mjs';
import { startServerProcess } from './server-process.mjs';
import { makePrivateFolder, serverUser } from './state-folder.mjs';

/**
 * Starts Redis or Valkey on 127.0.0.1 over `folder`. It never evicts: a counter that vanishes
 * would be a quota served twice. By default nothing is written to disk; for data that outlives
 * the process pass `settings: { appendonly: 'yes', appendfsync: 'everysec' }`.
 * @param {{ program: { file: string }, folder: string, logFile: string, port?: number,
 *   settings?: Record<string, string> }} options
 */
export async function startRedis({ program, folder, logFile, ...options }) {
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

function flags(settings) {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}
