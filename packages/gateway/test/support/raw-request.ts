import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** An HTTP/1.1 request exactly as written: no normalising, no redirects, no added headers. */
export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  /** A list is a header that comes as often. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends raw requests to one server over a few connections that are kept. */
export interface RawClient extends Disposable {
  send(request: RawRequest): Promise<RawAnswer>;
}

/** @throws Error from `send` when the connection breaks before an answer. */
export function rawClient({ port, connectionsMax = 16 }: RawClientOptions): RawClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
  const send = ({ method = 'GET', path, headers, body }: RawRequest): Promise<RawAnswer> =>
    new Promise((resolve, reject) => {
      // Without a length Node sends the body of a GET as if it were the next request.
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const outgoing = request(
        { host: '127.0.0.1', port, method, path, agent, headers: { ...headers, ...length } },
        (incoming) => {
          const entries = Object.entries(incoming.headers);
          const answerHeaders = Object.fromEntries(
            entries.map(([name, value]) => [name, String(value)]),
          );
          const status = incoming.statusCode ?? 0;
          text(incoming).then(
            (all) => resolve({ status, headers: answerHeaders, body: all }),
            reject,
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  return { send, [Symbol.dispose]: () => agent.destroy() };
}

export interface RawClientOptions {
  readonly port: number;
  readonly connectionsMax?: number;
}
