import type { Stream } from '../http2/connection.ts';
import { sendAnswer } from '../http2/send.ts';
import { messageAnswer, statusAnswer } from './answers.ts';
import { fieldOf } from './call-head.ts';
import { GrpcError, statusCode } from './grpc-error.ts';
import type { MessageQueue } from './message-queue.ts';
import type { MessageReader } from './message-reader.ts';
import type { Call, Method } from './method.ts';

/** Idle frames that a finished call is worth: what a proxy sends around it, and more. */
const framesEarned = 4;

/** A call from its headers to its answer. A class, because there is one for each request. */
export class CallState implements Call {
  readonly stream: Stream;
  readonly method: Method;
  /** How messages are compressed that say that they are. */
  readonly encoding: string;
  /** When the caller stops waiting, by the server's clock; infinite when never. */
  readonly deadlineMs: number;
  /** Answered, cancelled or too late: nothing is read or sent any more. */
  isDone = false;
  /** A handler has been called. */
  hasBegun = false;
  /** Puts messages together that come in pieces. */
  reader: MessageReader | undefined = undefined;
  /** The message of a unary call that has not come to its end. */
  message: Uint8Array | undefined = undefined;
  /** Messages of a client's stream. */
  queue: MessageQueue | undefined = undefined;
  /** Bytes that are kept until they are worked on. */
  heldBytes = 0;
  /** Bytes that a handler may keep until it has ended, whoever has gone meanwhile. */
  workBytes = 0;
  /** Bytes of a client's stream whose room has not been given back to the peer. */
  usedBytes = 0;
  private controller: AbortController | undefined = undefined;

  constructor(stream: Stream, of: { method: Method; encoding: string; timeoutMs: number }) {
    this.stream = stream;
    this.method = of.method;
    this.encoding = of.encoding;
    this.deadlineMs = stream.startedMs + of.timeoutMs;
  }

  metadata(name: string): string | undefined {
    return fieldOf(this.stream.head.fields, name);
  }

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.isDone) this.controller.abort(endedError());
    return this.controller.signal;
  }

  /** Tells whoever works on it that nobody waits any more. */
  abort(reason: GrpcError): void {
    this.controller?.abort(reason);
  }
}

/**
 * Answers when the work is done. Until then it counts as work, and its headers and message as bytes
 * that are held, also when its caller goes.
 */
export function awaitAnswer(
  call: CallState,
  answer: Promise<Uint8Array>,
  messageBytes: number,
): void {
  const { connection, head } = call.stream;
  connection.calls += 1;
  call.workBytes = head.bytes + messageBytes;
  connection.heldBytes += call.workBytes;
  answer.then(
    (message) => finish(call, message),
    (error: unknown) => finish(call, undefined, error),
  );
}

function finish(call: CallState, message: Uint8Array | undefined, error?: unknown): void {
  const { connection } = call.stream;
  connection.calls -= 1;
  connection.heldBytes -= call.workBytes;
  if (call.isDone) return;
  if (message) succeed(call, message);
  else fail(call, error);
}

/** Counts bytes that are kept for a call; negative when they are let go. */
export function hold(call: CallState, bytes: number): void {
  if (call.isDone) return;
  const { connection } = call.stream;
  call.heldBytes += bytes;
  connection.heldBytes += bytes;
  if (bytes > 0 && connection.heldBytes > connection.options.limits.heldBytesMax) {
    throw new GrpcError(statusCode.resourceExhausted, 'Too many bytes wait on this connection.');
  }
}

/** Ends a call without an answer: its caller has gone, or has been answered already. */
export function endCall(call: CallState, reason: GrpcError): void {
  if (call.isDone) return;
  close(call);
  call.abort(reason);
  call.queue?.fail(reason);
}

/** Answers with a message. Too late is no error: the work was done for nobody. */
export function succeed(call: CallState, message: Uint8Array): void {
  if (call.isDone) return;
  const { limits } = call.stream.connection.options;
  if (message.length > limits.messageBytesMax) {
    const sentence = `Attempted to send message with a size larger than ${limits.messageBytesMax}`;
    fail(call, new GrpcError(statusCode.resourceExhausted, sentence));
    return;
  }
  close(call);
  call.stream.connection.budget.earn(framesEarned);
  sendAnswer(call.stream, messageAnswer(message));
}

/** Answers with the status of an error; of one that is not of gRPC nothing is told. */
export function fail(call: CallState, error: unknown): void {
  if (call.isDone) return;
  const shown =
    error instanceof GrpcError ? error : (call.method.statusOf?.(error) ?? unknownError());
  close(call);
  // What no handler has worked on has earned nothing.
  if (call.hasBegun) call.stream.connection.budget.earn(framesEarned);
  sendAnswer(call.stream, statusAnswer(shown));
  // Work that goes on, after a message too many or a deadline, need not.
  call.abort(shown);
  call.queue?.fail(shown);
}

function close(call: CallState): void {
  letGo(call);
  call.isDone = true;
}

/** Keeps nothing more of what has come. */
export function letGo(call: CallState): void {
  if (call.heldBytes > 0) hold(call, -call.heldBytes);
  call.message = undefined;
  call.reader = undefined;
}

function unknownError(): GrpcError {
  return new GrpcError(statusCode.unknown, 'Unknown error');
}

function endedError(): GrpcError {
  return new GrpcError(statusCode.cancelled, 'The call has ended.');
}
