import type { Stream, StreamEvents } from '../http2/connection.ts';
import { giveStreamWindow } from '../http2/receive-data.ts';
import { refuseStream, sendAnswer } from '../http2/send.ts';
import { plainAnswer, statusAnswer } from './answers.ts';
import { callHeadOf } from './call-head.ts';
import { awaitAnswer, CallState, endCall, fail, hold, letGo, succeed } from './call-state.ts';
import type { Deadlines } from './deadlines.ts';
import { GrpcError, statusCode } from './grpc-error.ts';
import { createMessageReader, messageLength, prefixBytes } from './message-reader.ts';
import type { Method } from './method.ts';
import { feedStream, startStream } from './stream-call.ts';

/** What serving needs. */
export interface ServeCallsOptions {
  readonly methods: ReadonlyMap<string, Method>;
  readonly deadlines: Deadlines;
}

/** How much is read of what is not gRPC before it is refused. */
const refusedBytesMax = 65_536;

/** gRPC over the streams of HTTP/2: finds the method, puts its messages together, answers. */
export function serveCalls(options: ServeCallsOptions): StreamEvents {
  return {
    onRequest: (stream) => takeRequest(stream, options),
    onData(stream, bytes, isEnd) {
      const call = stream.call as CallState | undefined;
      if (!call) {
        if (isEnd || stream.receivedBytes > refusedBytesMax) refuse(stream);
        return;
      }
      if (call.isDone) return;
      try {
        if (call.queue) feedStream(call, bytes, isEnd);
        else feedUnary(call, bytes, isEnd);
      } catch (error) {
        fail(call, error);
      }
    },
    onAbort(stream) {
      const call = stream.call as CallState | undefined;
      if (call && !call.isDone) endCall(call, new GrpcError(statusCode.cancelled, 'Cancelled.'));
    },
  };
}

function takeRequest(stream: Stream, { methods, deadlines }: ServeCallsOptions): void {
  const head = callHeadOf(stream.head);
  if (head.kind === 'notGrpc') {
    // What is sent is read, and then refused: half of a request tells nothing about the other half.
    if (stream.isReceived) refuse(stream);
    return;
  }
  if (head.kind === 'refused') {
    sendAnswer(stream, statusAnswer(head.error));
    return;
  }
  const method = methods.get(head.path);
  if (!method) {
    const sentence = `The server does not implement the method ${head.path}`;
    sendAnswer(stream, statusAnswer(new GrpcError(statusCode.unimplemented, sentence)));
    return;
  }
  const call = new CallState(stream, { method, ...head });
  stream.call = call;
  deadlines.watch(call);
  if (method.kind === 'clientStreaming') {
    stream.endsSoon = false;
    startStream(call, method);
  }
  if (stream.isReceived) {
    if (call.queue) call.queue.end();
    else fail(call, noMessage());
  }
}

/** Answers what is not gRPC, when it has come to its end, or was too long. */
function refuse(stream: Stream): void {
  const head = callHeadOf(stream.head);
  if (head.kind === 'notGrpc') sendAnswer(stream, plainAnswer(head.httpStatus, stream.head.method));
}

/** Most requests come in one frame: then the handler reads what the socket gave, without a copy. */
function feedUnary(call: CallState, bytes: Buffer, isEnd: boolean): void {
  const { limits } = call.stream.connection.options;
  if (isEnd && !call.reader && !call.message && bytes.length >= prefixBytes) {
    const { encoding } = call;
    const length = messageLength(bytes, 0, { ...limits, encoding });
    if (length === bytes.length - prefixBytes) {
      work(call, bytes.subarray(prefixBytes));
      return;
    }
  }
  readOn(call, bytes, limits.messageBytesMax);
  if (!isEnd) return;
  if (call.reader?.partialBytes) {
    fail(call, new GrpcError(statusCode.internal, 'The message is not complete.'));
  } else if (call.message) work(call, call.message);
  else fail(call, noMessage());
}

/** Keeps what has come of a message, within what its connection may hold. */
function readOn(call: CallState, bytes: Buffer, messageBytesMax: number): void {
  if (bytes.length === 0) return;
  call.reader ??= createMessageReader(messageBytesMax, call.encoding);
  const messages = call.reader.push(bytes);
  for (const message of messages) {
    if (call.message) {
      const sentence = 'Received a second request message for a unary method';
      throw new GrpcError(statusCode.unimplemented, sentence);
    }
    call.message = message;
  }
  // Memory, of which there is up to twice as much as bytes have come.
  const messageBytes = call.message?.buffer.byteLength ?? 0;
  hold(call, call.reader.heldBytes + messageBytes - call.heldBytes);
  giveStreamWindow(call.stream, bytes.length);
}

function noMessage(): GrpcError {
  const sentence = 'Received no request message for a unary method';
  return new GrpcError(statusCode.unimplemented, sentence);
}

/** Does a unary call. An answer that is there at once is sent at once. */
function work(call: CallState, message: Uint8Array): void {
  const { method } = call;
  if (method.kind !== 'unary') return;
  if (!hasRoomToWork(call, message.length)) {
    refuseStream(call.stream);
    endCall(call, new GrpcError(statusCode.unavailable, 'Refused.'));
    return;
  }
  // From here on they are the handler's, and count until it has ended.
  letGo(call);
  call.hasBegun = true;
  let answer: Uint8Array | Promise<Uint8Array>;
  try {
    answer = method.handle(message, call);
  } catch (error) {
    fail(call, error);
    return;
  }
  if ('then' in answer) awaitAnswer(call, answer, message.length);
  else succeed(call, answer);
}

/** Asked again, because many requests may have begun when there was room. */
function hasRoomToWork({ stream: { connection }, heldBytes }: CallState, bytes: number): boolean {
  const { callsMax, heldBytesMax } = connection.options.limits;
  if (connection.calls >= callsMax) return false;
  return connection.heldBytes - heldBytes + bytes <= heldBytesMax;
}
