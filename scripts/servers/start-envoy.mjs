import { isEnvoyReady } from './probe-ready.mjs';
import { startServerProcess } from './server-process.mjs';
import { serverUser } from './state-folder.mjs';

/**
 * Starts Envoy over a configuration file that the servers' user can read and whose admin listens
 * on 127.0.0.1:`adminPort`. Without hot restart, which wants a writable shared-memory folder and
 * makes the Envoys of two users collide.
 * @param {{ program: { file: string }, configFile: string, adminPort: number, logFile: string,
 *   args?: string[] }} options
 */
export function startEnvoy({ program, configFile, adminPort, logFile, args = [] }) {
  return startServerProcess({
    name: 'Envoy',
    file: program.file,
    args: ['-c', configFile, '--disable-hot-restart', '-l', 'warning', ...args],
    logFile,
    isReady: () => isEnvoyReady({ adminPort }),
    ...serverUser(),
  });
}
