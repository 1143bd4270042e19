import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { sampleMethods, sampleServices, unwrap, wrap } from './sample.ts';

/** One call of the sample service, in words that each client understands. */
export interface CallRequest {
  /** e.g. `Sample/Echo` */
  readonly method: string;
  readonly payloads: readonly Uint8Array[];
  /** Values of names that end in `-bin` are base64. */
  readonly metadata?: readonly (readonly [string, string])[];
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** A stream whose end the client does not announce. */
  readonly isLeftOpen?: boolean;
}

/** How it ended. */
export interface Outcome {
  readonly code: number;
  readonly message: string;
  /** Present when the code is 0. */
  readonly payload: Uint8Array | undefined;
}

/** A client with one connection. */
export interface TestClient {
  call(request: CallRequest): Promise<Outcome>;
  close(): void;
}

const isStream = (method: string) =>
  Object.entries(sampleMethods).some(
    ([name, kind]) => method === `Sample/${name}` && kind === 'clientStreaming',
  );
const succeeded = (payload: Uint8Array): Outcome => ({ code: 0, message: '', payload });

export function grpcJsClient(address: string): TestClient {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.max_receive_message_length': -1,
    'grpc.enable_retries': 0,
  });
  return { call: (request) => callByGrpcJs(client, request), close: () => client.close() };
}

function callByGrpcJs(client: Client, request: CallRequest): Promise<Outcome> {
  const metadata = new Metadata();
  for (const [name, value] of request.metadata ?? []) {
    metadata.add(name, name.endsWith('-bin') ? Buffer.from(value, 'base64') : value);
  }
  const { timeoutMs, signal } = request;
  const deadline = timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
  const path = `/conformance.${request.method}`;
  const encode = (payload: Uint8Array) => Buffer.from(wrap(payload));
  return new Promise((resolve) => {
    const done = (
      error: { code: number; details: string } | null,
      payload: Uint8Array | undefined,
    ) =>
      resolve(
        error
          ? { code: error.code, message: error.details, payload: undefined }
          : succeeded(payload ?? new Uint8Array()),
      );
    if (!isStream(request.method)) {
      const payload = request.payloads[0] ?? new Uint8Array();
      const call = client.makeUnaryRequest(path, encode, unwrap, payload, metadata, deadline, done);
      signal?.addEventListener('abort', () => call.cancel());
      return;
    }
    const call = client.makeClientStreamRequest(path, encode, unwrap, metadata, deadline, done);
    signal?.addEventListener('abort', () => call.cancel());
    for (const payload of request.payloads) call.write(payload);
    if (!request.isLeftOpen) call.end();
  });
}

export function connectClient(address: string): TestClient {
  const baseUrl = `http://${address}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  const transport = createGrpcTransport({ baseUrl, sessionManager });
  return {
    call: (request) => callByConnect(transport, request),
    close: () => sessionManager.abort(),
  };
}

type ConnectMethod = (
  input: unknown,
  options: { headers: Headers; timeoutMs?: number; signal?: AbortSignal },
) => Promise<{ value: Uint8Array }>;

async function callByConnect(
  transport: ReturnType<typeof createGrpcTransport>,
  request: CallRequest,
): Promise<Outcome> {
  const [serviceName, methodName = ''] = request.method.split('/');
  const service = sampleServices().getService(`conformance.${serviceName}`);
  const method = service?.methods.find(({ name }) => name === methodName);
  if (!service || !method) throw new Error(`${request.method} is not described`);
  // The service is described at run time, so its client has no static type.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const methods = createClient(service, transport) as unknown as Record<string, ConnectMethod>;
  const finished = Promise.withResolvers<void>();
  const headers = new Headers();
  for (const [name, value] of request.metadata ?? []) headers.append(name, value);
  const { timeoutMs, signal } = request;
  const options = {
    headers,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal ? { signal } : {}),
  };
  const input = isStream(request.method)
    ? inputsOf(request, finished.promise)
    : { value: request.payloads[0] ?? new Uint8Array() };
  try {
    const answer = await methods[method.localName]?.(input, options);
    return succeeded(answer?.value ?? new Uint8Array());
  } catch (thrown) {
    const { code, rawMessage } = ConnectError.from(thrown);
    return { code, message: rawMessage, payload: undefined };
  } finally {
    finished.resolve();
  }
}

async function* inputsOf(request: CallRequest, finished: Promise<void>) {
  for (const value of request.payloads) yield { value };
  if (request.isLeftOpen) await finished;
}

/** Go's client is another process, for all addresses: one connection to each. */
export interface GoProcess extends AsyncDisposable {
  client(address: string): TestClient;
}

interface GoOutcome {
  readonly id: number;
  readonly code: number;
  readonly message: string;
  readonly answer: string | null;
}

export function startGoProcess(file: string): GoProcess {
  const child = spawn(file, { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map<number, (outcome: GoOutcome) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const outcome: GoOutcome = JSON.parse(line);
    waiting.get(outcome.id)?.(outcome);
    waiting.delete(outcome.id);
  });
  let lastId = 0;
  return {
    client: (address) => ({
      async call(request) {
        const id = ++lastId;
        const { code, message, answer } = await new Promise<GoOutcome>((resolve) => {
          waiting.set(id, resolve);
          order(child, { id, ...goOrder(address, request) });
          request.signal?.addEventListener('abort', () => order(child, { id, cancel: true }));
        });
        if (code !== 0) return { code, message, payload: undefined };
        return succeeded(unwrap(Buffer.from(answer ?? '', 'base64')));
      },
      close() {},
    }),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

function order(child: ChildProcess, what: object): void {
  child.stdin?.write(`${JSON.stringify(what)}\n`);
}

function goOrder(address: string, request: CallRequest) {
  const { metadata = [], timeoutMs = 0, isLeftOpen = false } = request;
  return {
    address,
    path: `/conformance.${request.method}`,
    isStream: isStream(request.method),
    isLeftOpen,
    metadata,
    timeoutMs,
    messages: request.payloads.map((payload) => Buffer.from(wrap(payload)).toString('base64')),
  };
}
