import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Address } from '../settings.ts';

/** A request that reached the protected API. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface UpstreamPeer extends AsyncDisposable {
  readonly address: Address;
  readonly seen: SeenRequest[];
}

/** A protected API that answers `{}`, with the status that the query's `status` asks for. */
export async function startUpstreamPeer(): Promise<UpstreamPeer> {
  const seen: SeenRequest[] = [];
  const server = createServer(({ method = '', url = '', headers }, response) => {
    seen.push({ method, url, headers });
    const status = Number(new URL(url, 'http://upstream').searchParams.get('status') ?? '200');
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
