/** Messages of a client's stream, on their way from the connection to the handler. */
export interface MessageQueue {
  readonly messages: AsyncIterable<Uint8Array>;
  push(message: Uint8Array): void;
  /** No more messages will come. */
  end(): void;
  /** The reader gets what has come, and then this error. */
  fail(error: Error): void;
  /** Bytes that wait for the reader. */
  readonly waitingBytes: number;
}

/** One reader; `onTaken` is told of each message that it takes, or will not take any more. */
export function createMessageQueue(onTaken: (bytes: number) => void): MessageQueue {
  let queue: Uint8Array[] = [];
  let waitingBytes = 0;
  let ending: 'none' | 'end' | Error = 'none';
  let isReading = true;
  let wake: (() => void) | undefined;

  function end(how: 'end' | Error): void {
    if (ending === 'none') ending = how;
    wake?.();
  }
  async function* read(): AsyncGenerator<Uint8Array, undefined> {
    try {
      for (;;) {
        const message = queue.shift();
        if (message) {
          waitingBytes -= message.length;
          onTaken(message.length);
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
      onTaken(waitingBytes);
      queue = [];
      waitingBytes = 0;
    }
  }
  return {
    messages: read(),
    push(message) {
      if (!isReading) return onTaken(message.length);
      queue.push(message);
      waitingBytes += message.length;
      wake?.();
    },
    end: () => end('end'),
    fail: end,
    get waitingBytes() {
      return waitingBytes;
    },
  };
}
