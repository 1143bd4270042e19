import {
  create,
  type DescMessage,
  type DescMethod,
  type DescMethodClientStreaming,
  type DescMethodUnary,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';

/** What a method knows about its call, whichever transport carries it. */
export interface GrpcCall {
  /** A field of the caller's metadata, by its lower-case name. */
  metadata(name: string): string | undefined;
}

/** How messages of one method become bytes and back. */
export interface MethodCodec<I, O> {
  /** The bytes are valid only until it returns. Throws for what is no such message. */
  readonly decode: (bytes: Uint8Array) => I;
  /** The bytes are sent later, and must not be written to again. */
  readonly encode: (output: O) => Uint8Array;
}

type UnaryWork<I extends DescMessage, O extends DescMessage> = (
  input: MessageShape<I>,
  call: GrpcCall,
) => MessageInitShape<O> | Promise<MessageInitShape<O>>;

type StreamWork<I extends DescMessage, O extends DescMessage> = (
  inputs: AsyncIterable<MessageShape<I>>,
  call: GrpcCall,
) => Promise<MessageInitShape<O>>;

/** Work that brings its own codec, where the general one costs more than the work. */
export interface CodedWork<Streaming extends boolean> {
  readonly isStreaming: Streaming;
  readonly codec: MethodCodec<unknown, unknown>;
  readonly work: AnyWork;
}

/** The work behind each method of a service; a method without work answers UNIMPLEMENTED. */
export type GrpcImplementation<S extends DescService> = {
  readonly [K in keyof S['method']]?: S['method'][K] extends DescMethodUnary<infer I, infer O>
    ? UnaryWork<I, O> | CodedWork<false>
    : S['method'][K] extends DescMethodClientStreaming<infer I, infer O>
      ? StreamWork<I, O> | CodedWork<true>
      : never;
};

/** One method, ready for any transport. */
export interface GrpcMethod {
  readonly method: DescMethod;
  /** `/package.Service/Method` */
  readonly path: string;
  readonly isStreaming: boolean;
  readonly codec: MethodCodec<unknown, unknown>;
  readonly work: AnyWork;
}

/** A service, ready for any transport. */
export interface GrpcService {
  readonly name: string;
  readonly methods: readonly GrpcMethod[];
}

/** Work as transports call it: with a message, or an iterable of messages. */
type AnyWork = (input: unknown, call: GrpcCall) => unknown;

/** Turns whatever was thrown into a gRPC status. */
export type FailCall = (error: unknown, method: DescMethod) => { code: number; details: string };

/** Makes a service of protobuf-es servable. Unary and client-streaming methods. */
export function grpcService<S extends DescService>(
  service: S,
  implementation: GrpcImplementation<S>,
): GrpcService {
  // Which work belongs to which method is proven by the type of `implementation`, method by method.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const works = implementation as Readonly<
    Record<string, AnyWork | CodedWork<boolean> | undefined>
  >;
  return {
    name: service.typeName,
    methods: service.methods.flatMap((method) => {
      const work = works[method.localName];
      return work ? [bind(method, work)] : [];
    }),
  };
}

/** Unary work with a codec of its own. */
export function withCodec<I, O>(
  codec: MethodCodec<I, O>,
  work: (input: I, call: GrpcCall) => O | Promise<O>,
): CodedWork<false> {
  // The two fit each other, which is all that transports rely on.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { isStreaming: false, codec, work } as CodedWork<false>;
}

/** Client-streaming work with a codec of its own. */
export function withStreamCodec<I, O>(
  codec: MethodCodec<I, O>,
  work: (inputs: AsyncIterable<I>, call: GrpcCall) => Promise<O>,
): CodedWork<true> {
  // The two fit each other, which is all that transports rely on.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { isStreaming: true, codec, work } as CodedWork<true>;
}

/** The codec of {@link withBytes}. */
export const bytesAsTheyAre: MethodCodec<unknown, unknown> = {
  decode: (bytes) => bytes,
  // Work on bytes answers bytes.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  encode: (output) => output as Uint8Array,
};

/**
 * Unary work on bytes: it reads and writes messages itself. What it is given is valid until it
 * returns, and what it answers must not be written to again.
 */
export function withBytes(
  work: (message: Uint8Array, call: GrpcCall) => Uint8Array | Promise<Uint8Array>,
): CodedWork<false> {
  // The two fit each other, which is all that transports rely on.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { isStreaming: false, codec: bytesAsTheyAre, work: work as AnyWork };
}

function bind(method: DescMethod, given: AnyWork | CodedWork<boolean>): GrpcMethod {
  const { methodKind } = method;
  if (methodKind !== 'unary' && methodKind !== 'client_streaming') {
    throw new Error(`${method.name} streams answers, which is not served here.`);
  }
  return {
    method,
    path: `/${method.parent.typeName}/${method.name}`,
    isStreaming: methodKind === 'client_streaming',
    ...(typeof given === 'function' ? { codec: protobufCodec(method), work: given } : given),
  };
}

function protobufCodec({ input, output }: DescMethod): MethodCodec<unknown, unknown> {
  return {
    decode: (bytes) => fromBinary(input, bytes),
    encode: (message) =>
      toBinary(output, create(output, message as MessageInitShape<typeof output>)),
  };
}
