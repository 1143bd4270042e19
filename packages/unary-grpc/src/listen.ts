import { once } from 'node:events';
import { lstatSync, rmSync } from 'node:fs';
import { createConnection, type Server } from 'node:net';

/** A port of a host (0: any free one), or the path of a Unix socket. */
export type ListenAddress =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

/**
 * Listens, and answers where: `host:port`, or `unix:/path`. A socket that a dead process has left
 * behind is replaced; one that somebody listens on is not.
 *
 * @throws Error when the address is in use or not to be had.
 */
export async function listen(server: Server, address: ListenAddress): Promise<string> {
  if ('path' in address && (await isAbandoned(address.path))) rmSync(address.path);
  server.listen(address);
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null) throw new Error('the server was closed before it had an address');
  if (typeof bound === 'string') return `unix:${bound}`;
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return `${host}:${bound.port}`;
}

/** The other way round: where `net.connect` finds what {@link listen} answered. */
export function connectOptions(address: string): { path: string } | { host: string; port: number } {
  if (address.startsWith('unix:')) return { path: address.slice('unix:'.length) };
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(address.slice(colon + 1)) };
}

/** A socket that refuses connections has no owner any more. What is no socket is somebody else's. */
async function isAbandoned(path: string): Promise<boolean> {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSocket()) return false;
  const socket = createConnection({ path });
  try {
    await once(socket, 'connect');
    return false;
  } catch (error) {
    return Error.isError(error) && (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}
