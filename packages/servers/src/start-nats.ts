import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolder, serverUser } from '../bootstrap/state-folder.mjs';
import { freePort } from './free-port.ts';
import { isNatsReady } from './probe-ready.ts';
import { type Server, startServerProcess } from './server-process.ts';
import type { StartOptions } from './start-options.ts';

/** Settings of NATS. */
export interface NatsOptions {
  /** How often messages are forced to disk; default `always`. */
  readonly syncInterval?: string;
}

/**
 * Starts NATS with JetStream on 127.0.0.1 over `folder`. Every acknowledged message is on disk
 * (`sync_interval: always`): the outbox forgets an event once it is acknowledged.
 */
export async function startNats({
  program,
  folder,
  logFile,
  syncInterval = 'always',
  port,
}: StartOptions & NatsOptions): Promise<Server> {
  const user = serverUser();
  const listenPort = port ?? (await freePort());
  makePrivateFolder(folder, user);
  const configFile = join(folder, 'nats.conf');
  const store = join(folder, 'jetstream');
  writeFileSync(
    configFile,
    `listen: "127.0.0.1:${listenPort}"
jetstream { store_dir: ${JSON.stringify(store)}, sync_interval: ${syncInterval} }
`,
    { mode: 0o644 },
  );
  const server = await startServerProcess({
    name: 'NATS',
    file: program.file,
    args: ['-c', configFile],
    logFile,
    isReady: () => isNatsReady({ port: listenPort }),
    ...user,
  });
  return { ...server, port: listenPort, url: `nats://127.0.0.1:${listenPort}` };
}
