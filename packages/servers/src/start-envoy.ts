import { serverUser } from '../bootstrap/state-folder.mjs';
import { isEnvoyReady } from './probe-ready.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/** What Envoy runs with. */
export interface EnvoyOptions {
  readonly program: { readonly file: string };
  /** Readable for the servers' user. */
  readonly configFile: string;
  /** Port of the admin listener that the configuration names, on 127.0.0.1. */
  readonly adminPort: number;
  readonly logFile: string;
  readonly args?: readonly string[];
}

/**
 * Starts Envoy over a configuration file that the servers' user can read and whose admin listens
 * on 127.0.0.1:`adminPort`. Without hot restart, which wants a writable shared-memory folder and
 * makes the Envoys of two users collide.
 */
export function startEnvoy({
  program,
  configFile,
  adminPort,
  logFile,
  args = [],
}: EnvoyOptions): Promise<ServerProcess> {
  return startServerProcess({
    name: 'Envoy',
    file: program.file,
    args: ['-c', configFile, '--disable-hot-restart', '-l', 'warning', ...args],
    logFile,
    isReady: () => isEnvoyReady({ adminPort }),
    ...serverUser(),
  });
}
