import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A protected API of a customer: answers what it was sent, so that tests see what reaches it. */
export interface EchoUpstream extends AsyncDisposable {
  readonly port: number;
  /** Headers of each request, oldest first. */
  readonly seen: readonly IncomingHttpHeaders[];
}

/** Starts it on a free port. */
export async function startEchoUpstream(): Promise<EchoUpstream> {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ path: request.url, headers: request.headers }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
