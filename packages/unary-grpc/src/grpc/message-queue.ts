/** What a message costs beside its bytes, which may be none. */
const messageOverheadBytes = 128;

/** Messages of a client's stream, on their way from the connection to the handler. */
export interface MessageQueue {
  readonly messages: AsyncIterable<Uint8Array>;
  push(message: Uint8Array): void;
  /** No more messages will come. */
  end(): void;
  /** The reader gets this error next; what waits is let go of. */
  fail(error: Error): void;
  /** Bytes that wait for the reader, and 128 more for each message. */
  readonly waitingBytes: number;
}

/** One reader; `onWaiting` is told by how much `waitingBytes` has changed. */
export function createMessageQueue(onWaiting: (change: number) => void): MessageQueue {
  let queue: Uint8Array[] = [];
  let waitingBytes = 0;
  let ending: 'none' | 'end' | Error = 'none';
  let isReading = true;
  let wake: (() => void) | undefined;

  function wait(change: number): void {
    waitingBytes += change;
    onWaiting(change);
  }
  function end(how: 'end' | Error): void {
    if (ending === 'none') ending = how;
    wake?.();
  }
  function drop(): void {
    queue = [];
    wait(-waitingBytes);
  }
  async function* read(): AsyncGenerator<Uint8Array, undefined> {
    try {
      for (;;) {
        const message = queue.shift();
        if (message) {
          wait(-message.length - messageOverheadBytes);
          yield message;
        } else if (ending === 'none') {
          // Nothing to read and not the end: only the connection can go on.
          await new Promise<void>((resolve) => (wake = resolve));
        } else if (ending === 'end') {
          return undefined;
        } else throw ending;
      }
    } finally {
      isReading = false;
      drop();
    }
  }
  return {
    messages: read(),
    push(message) {
      if (!isReading || ending !== 'none') return;
      queue.push(message);
      wait(message.length + messageOverheadBytes);
      wake?.();
    },
    end: () => end('end'),
    fail(error) {
      if (ending === 'none' || ending === 'end') ending = error;
      drop();
      wake?.();
    },
    get waitingBytes() {
      return waitingBytes;
    },
  };
}
