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

/** An answer that depends on what was asked. */
export type AnswerRequest = (request: ReceivedRequest) => TargetAnswer;

/** A third party's HTTP server. */
export interface HttpTarget extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /**
   * Everything that arrived, oldest first, each when it is whole or was broken off. May be emptied.
   */
  readonly requests: ReceivedRequest[];
  /** Adds answers to be given once each, in order. */
  answerWith(...answers: TargetAnswer[]): void;
  /** What is answered whenever none of those is left; until it is said, 200 without a body. */
  answerBy(answer: AnswerRequest): void;
}

/** Answers what arrived, as JSON: a test sees what is left of what it sent. */
export const echo: AnswerRequest = ({ path, headers }) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ path, headers }),
});

/**
 * A real HTTP server on 127.0.0.1 that stands in for a third party, such as a webhook receiver or an
 * API behind the gateway. Keeps what it got and answers `answers` in order, then as it is told.
 */
export async function fakeHttpTarget(...answers: TargetAnswer[]): Promise<HttpTarget> {
  const requests: ReceivedRequest[] = [];
  const scripted = [...answers];
  let otherwise: AnswerRequest = () => ({});
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const whole = await received(request);
    requests.push(whole);
    const { status = 200, headers = {}, body = '', hang } = scripted.shift() ?? otherwise(whole);
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
    answerBy: (answer) => {
      otherwise = answer;
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function received(request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch (error) {
    // Who asked is gone. It has arrived all the same, as far as it came.
    if (!request.destroyed) throw error;
  }
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString('utf8'),
    receivedMs: performance.now(),
  };
}
