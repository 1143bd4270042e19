import { create, createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  BytesValueSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_wrappers,
} from '@bufbuild/protobuf/wkt';
import { type Call, GrpcError, type Method } from '@tollgate/unary-grpc';

/** The methods of the sample service, and whether their callers send a stream. */
export const sampleMethods = {
  Echo: 'unary',
  Grow: 'unary',
  Metadata: 'unary',
  Fail: 'unary',
  Throw: 'unary',
  Hold: 'unary',
  Count: 'clientStreaming',
  First: 'clientStreaming',
  Read: 'clientStreaming',
} as const;

type SampleMethod = keyof typeof sampleMethods;

export const pathOf = (method: string) => `/conformance.Sample/${method}`;

/** What a server serves, and what a test sees and steers of its calls. */
export interface Sample {
  readonly methods: ReadonlyMap<string, Method>;
  /** Fulfilled when so many calls of Hold or Read are with their handlers. */
  held(count: number): Promise<void>;
  /** Fulfilled when one of them has been aborted. */
  readonly aborted: Promise<void>;
  /** Lets the calls of Hold be answered. */
  release(): void;
}

/** Handlers for everything that a call can do. */
export function createSample(): Sample {
  const released = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const waiting: { count: number; resolve: () => void }[] = [];
  let heldCount = 0;
  function hold(call: Call): void {
    call.signal.addEventListener('abort', () => aborted.resolve(), { once: true });
    heldCount += 1;
    for (const { count, resolve } of waiting) if (heldCount >= count) resolve();
  }
  const handlers: { [K in SampleMethod]: Extract<Method, { kind: (typeof sampleMethods)[K] }> } = {
    ...plainHandlers,
    Hold: {
      kind: 'unary',
      async handle(message, call) {
        const answer = message.slice();
        hold(call);
        await released.promise;
        return answer;
      },
    },
    Read: {
      kind: 'clientStreaming',
      async handle(messages, call) {
        hold(call);
        return wrap(`${(await payloadsOf(messages)).length}`);
      },
    },
  };
  return {
    methods: new Map(Object.entries(handlers).map(([name, method]) => [pathOf(name), method])),
    held: (count) =>
      new Promise((resolve) => {
        waiting.push({ count, resolve });
        if (heldCount >= count) resolve();
      }),
    aborted: aborted.promise,
    release: () => released.resolve(),
  };
}

const plainHandlers = {
  Echo: { kind: 'unary', handle: (message) => message.slice() },
  Grow: { kind: 'unary', handle: (message) => wrap(new Uint8Array(Number(textOf(message)))) },
  Metadata: {
    kind: 'unary',
    handle(message, call) {
      const names: string[] = JSON.parse(textOf(message));
      return wrap(JSON.stringify(names.map((name) => call.metadata(name) ?? null)));
    },
  },
  Fail: {
    kind: 'unary',
    async handle(message) {
      const { code, text }: { code: number; text: string } = JSON.parse(textOf(message));
      throw new GrpcError(code, text);
    },
  },
  Throw: {
    kind: 'unary',
    handle() {
      throw new Error('the password is 1234');
    },
  },
  Count: {
    kind: 'clientStreaming',
    async handle(messages) {
      const lengths = (await payloadsOf(messages)).map((payload) => payload.length);
      return wrap(JSON.stringify([lengths.length, lengths.reduce((sum, one) => sum + one, 0)]));
    },
  },
  First: {
    kind: 'clientStreaming',
    async handle(messages) {
      for await (const message of messages) return message.slice();
      return wrap('none');
    },
  },
} satisfies Partial<Record<SampleMethod, Method>>;

async function payloadsOf(messages: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const payloads: Uint8Array[] = [];
  for await (const message of messages) payloads.push(unwrap(message.slice()));
  return payloads;
}

/** Bytes or text as a message of the sample service: a BytesValue, since Connect wants a schema. */
export function wrap(payload: Uint8Array | string): Uint8Array {
  return toBinary(BytesValueSchema, create(BytesValueSchema, { value: Buffer.from(payload) }));
}

export function unwrap(message: Uint8Array): Uint8Array {
  return fromBinary(BytesValueSchema, message).value;
}

function textOf(message: Uint8Array): string {
  return Buffer.from(unwrap(message)).toString();
}

/** The service as Connect knows it, with two that no server has. */
export function sampleServices() {
  const type = '.google.protobuf.BytesValue';
  const described = (name: string, methods: Readonly<Record<string, string>>) => ({
    name,
    method: Object.entries(methods).map(([method, kind]) => ({
      name: method,
      inputType: type,
      outputType: type,
      clientStreaming: kind === 'clientStreaming',
    })),
  });
  const file = create(FileDescriptorProtoSchema, {
    name: 'conformance.proto',
    package: 'conformance',
    syntax: 'proto3',
    dependency: ['google/protobuf/wrappers.proto'],
    service: [
      described('Sample', { ...sampleMethods, Missing: 'unary' }),
      described('Nobody', { Echo: 'unary' }),
    ],
  });
  const files = [file_google_protobuf_wrappers.proto, file];
  return createFileRegistry(create(FileDescriptorSetSchema, { file: files }));
}
