import { join } from 'node:path';
import {
  checkoutFolder,
  freePort,
  isHttpOk,
  type ServerProcess,
  startServerProcess,
} from '@tollgate/servers';

/** The sample API of widgets, in a process of its own, whose port is known before the gateway's. */
export async function startSampleUpstream(
  folder: string,
): Promise<AsyncDisposable & { readonly port: number; readonly pid: number }> {
  const port = await freePort();
  const server: ServerProcess = await startServerProcess({
    name: 'widgets',
    file: process.execPath,
    args: [join(checkoutFolder, 'examples/widgets/server.mjs')],
    env: { ...process.env, PORT: String(port), HOST: '127.0.0.1' },
    logFile: join(folder, 'sample-upstream.log'),
    isReady: () => isHttpOk({ port, path: '/healthz' }),
  });
  return { port, pid: server.pid, [Symbol.asyncDispose]: () => server.stop() };
}
