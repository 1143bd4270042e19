import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Ports are drawn below the range that systems use for outgoing connections (from 32,768 on
 * Linux), so that no connection takes the port of a process while it restarts.
 */
const PORT_MIN = 18_000;
const PORT_MAX = 32_000;
const TRIES_MAX = 200;

const given = new Set<number>();

/** A TCP port of 127.0.0.1 that nobody listens on; the same process never gets it twice. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const port = randomInt(PORT_MIN, PORT_MAX);
    if (given.has(port) || !(await isPortFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`No free port between ${PORT_MIN} and ${PORT_MAX} after ${TRIES_MAX} tries`);
}

/** Whether a server could listen on this port of 127.0.0.1 now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
