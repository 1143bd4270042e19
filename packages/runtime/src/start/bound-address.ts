import type { Server } from 'node:net';

/** `host:port` that a listening TCP server is bound to, IPv6 hosts in brackets. */
export function boundAddress(server: Pick<Server, 'address'>): string {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('Not listening on TCP.');
  return bound.family === 'IPv6'
    ? `[${bound.address}]:${bound.port}`
    : `${bound.address}:${bound.port}`;
}
