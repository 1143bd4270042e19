import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where a Redis is, and as whom to come. */
export interface RedisEndpoint {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly username: string;
  readonly password: string;
  readonly database: number;
}

/** Reads `redis://user:password@host:port/database`, or `rediss://…` for TLS. */
export function redisEndpoint(url: string): RedisEndpoint {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname.replaceAll(/^\[|\]$/g, ''),
    port: port === '' ? 6379 : Number(port),
    isTls: protocol === 'rediss:',
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: Number(pathname.slice(1) || 0),
  };
}

/** Opens a socket whose data is read into one buffer, over and over: `onData` must keep nothing of it. */
export function openSocket(
  { host, port, isTls }: RedisEndpoint,
  onData: (buffer: Buffer, length: number) => void,
): Socket {
  if (isTls) {
    const socket = connectTls({ host, port, servername: host }).setNoDelay();
    socket.on('data', (data: Buffer) => onData(data, data.length));
    return socket;
  }
  const buffer = Buffer.allocUnsafeSlow(262_144);
  return connectTcp({
    host,
    port,
    noDelay: true,
    onread: {
      buffer,
      callback(length) {
        onData(buffer, length);
        return true;
      },
    },
  });
}
