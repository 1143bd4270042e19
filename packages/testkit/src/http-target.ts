import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived at a target. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds on a clock that never jumps; differences are the times between attempts. */
  readonly receivedMs: number;
}

/** What a target answers once; 200 without a body by default. `hang` answers nothing at all. */
export interface TargetAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly hang?: boolean;
}

/** A third party's HTTP server. */
export interface HttpTarget extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Everything that arrived, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** Adds answers to be given in order; when none is left, 200. */
  answerWith(...answers: TargetAnswer[]): void;
}

/** A real HTTP server on 127.0.0.1 that stands in for a third party, such as a webhook receiver. */
export async function fakeHttpTarget(...answers: TargetAnswer[]): Promise<HttpTarget> {
  const requests: ReceivedRequest[] = [];
  const scripted = [...answers];
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests.push(await received(request));
    const { status = 200, headers = {}, body = '', hang = false } = scripted.shift() ?? {};
    if (!hang) response.writeHead(status, headers).end(body);
  }
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    answerWith: (...more) => void scripted.push(...more),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function received(request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString('utf8'),
    receivedMs: performance.now(),
  };
}
