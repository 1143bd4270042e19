import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { Address } from '../config/parse-setting.ts';
import { boundAddress } from '../start/bound-address.ts';
import type { NodeHandlerFn } from './universal-adapter.ts';

/** A listener for HTTP/2 without TLS. */
export interface Http2Listener extends AsyncDisposable {
  /** `host:port` as bound. */
  readonly address: string;
}

/** Streams that one connection may have open at once. */
const streamsMax = 1_000;
/** All headers of one request together. */
const headerBytesMax = 65_536;

/**
 * Listens for HTTP/2 with prior knowledge. Closing it takes no new connection, tells the connected
 * ones to go (GOAWAY), lets their open calls finish for at most `drainTimeoutMs`, then cuts them.
 */
export async function listenHttp2(options: {
  address: Address;
  onRequest: NodeHandlerFn;
  drainTimeoutMs: number;
}): Promise<Http2Listener> {
  const server = createServer({
    settings: { maxConcurrentStreams: streamsMax, maxHeaderListSize: headerBytesMax },
  });
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    // A broken connection ends its own calls; there is nobody else to tell.
    session.on('error', () => session.destroy());
  });
  server.on('request', options.onRequest);
  server.listen({ host: options.address.host, port: options.address.port });
  await once(server, 'listening');

  return {
    address: boundAddress(server),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const session of sessions) session.close();
      const cut = setTimeout(() => {
        for (const session of sessions) session.destroy();
      }, options.drainTimeoutMs);
      await closed;
      clearTimeout(cut);
    },
  };
}
