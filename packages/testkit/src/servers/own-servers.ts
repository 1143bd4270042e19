import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { freePort, type Server, startNats, startRedis, temporaryFolder } from '@tollgate/servers';
import { programOf } from './test-settings.ts';

/** A server that belongs to one test file, always at the same address. */
export interface OwnServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Stops it in good order. */
  stop(): Promise<void>;
  /** Starts it again after `kill` or `stop`, with its data or without. */
  start(options: { readonly data: 'kept' | 'empty' }): Promise<void>;
  /** Stops the process where it stands (SIGSTOP), until `resume`: a peer that hangs. */
  pause(): void;
  resume(): void;
}

/** A NATS server with JetStream for one test file: streams and consumers are its alone. */
export function ownNats(): Promise<OwnServer> {
  const program = programOf('nats');
  // Not forced to disk: tests kill the process, not the machine.
  return ownServer((place) => startNats({ program, ...place, syncInterval: '2m' }));
}

/** A Redis server for one test file. `settings` as in redis.conf; by default nothing is on disk. */
export function ownRedis(settings: Record<string, string> = {}): Promise<OwnServer> {
  const program = programOf('redis');
  return ownServer((place) => startRedis({ program, ...place, settings }));
}

type Place = { folder: string; logFile: string; port: number };

async function ownServer(start: (place: Place) => Promise<Server>): Promise<OwnServer> {
  const temporary = temporaryFolder('tollgate-test-');
  const place = {
    folder: join(temporary.folder, 'data'),
    logFile: join(temporary.folder, 'log'),
    port: await freePort(),
  };
  let server = await start(place);
  return {
    url: server.url,
    port: server.port,
    kill: () => server.kill(),
    stop: () => server.stop(),
    async start({ data }) {
      if (data === 'empty') place.folder = join(temporary.folder, randomUUID());
      server = await start(place);
    },
    pause: () => void server.process.kill('SIGSTOP'),
    resume: () => void server.process.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await server.stop();
      temporary.remove();
    },
  };
}
