import { giveStreamWindow } from '../http2/receive-data.ts';
import { awaitAnswer, type CallState, hold } from './call-state.ts';
import { GrpcError, statusCode } from './grpc-error.ts';
import { createMessageQueue } from './message-queue.ts';
import { createMessageReader } from './message-reader.ts';
import type { Method } from './method.ts';

type StreamMethod = Extract<Method, { kind: 'clientStreaming' }>;

/** Starts the handler of a client's stream; what it does not read yet keeps the peer waiting. */
export function startStream(call: CallState, { handle }: StreamMethod): void {
  const { stream } = call;
  const { limits } = stream.connection.options;
  const queue = createMessageQueue((change) => {
    hold(call, change);
    if (change < 0) makeRoom(call);
  });
  call.queue = queue;
  call.hasBegun = true;
  call.reader = createMessageReader(limits.messageBytesMax, call.encoding);
  // A function of the caller's: what it throws at once is a failed call, too.
  awaitAnswer(
    call,
    Promise.try(() => handle(queue.messages, call)),
    0,
  );
}

/** Hands on the messages that are complete. @throws GrpcError for what is no message. */
export function feedStream(call: CallState, bytes: Buffer, isEnd: boolean): void {
  const { reader, queue } = call;
  if (!reader || !queue) return;
  const heldBefore = reader.heldBytes;
  const messages = bytes.length > 0 ? reader.push(bytes) : [];
  hold(call, reader.heldBytes - heldBefore);
  call.usedBytes += bytes.length;
  for (const message of messages) queue.push(message);
  makeRoom(call);
  if (!isEnd) return;
  if (reader.partialBytes > 0) {
    throw new GrpcError(statusCode.internal, 'The last message is not complete.');
  }
  queue.end();
}

/** While the handler has something to read the peer gets no more room; a message alone does. */
function makeRoom(call: CallState): void {
  if (call.queue && call.queue.waitingBytes > 0) return;
  giveStreamWindow(call.stream, call.usedBytes);
  call.usedBytes = 0;
}
