import { expect, test } from '@jest/globals';
import { createMessageQueue } from './message-queue.ts';

function recordingQueue() {
  const changes: number[] = [];
  const queue = createMessageQueue((change) => changes.push(change));
  return { queue, changes };
}
const texts = async (messages: AsyncIterable<Uint8Array>) => {
  const read: string[] = [];
  for await (const message of messages) read.push(Buffer.from(message).toString());
  return read;
};

test('messages are read in order, those of before and those of after the reader came', async () => {
  const { queue } = recordingQueue();
  queue.push(Buffer.from('one'));
  const read = texts(queue.messages);
  queue.push(Buffer.from('two'));
  await Promise.resolve();
  queue.push(Buffer.from('three'));
  queue.end();
  expect(await read).toEqual(['one', 'two', 'three']);
  expect(queue.waitingBytes).toBe(0);
});

test('a message waits with its bytes and 128 more, until it is taken', async () => {
  const { queue, changes } = recordingQueue();
  queue.push(Buffer.from('four'));
  queue.push(Buffer.alloc(0));
  expect(queue.waitingBytes).toBe(4 + 128 + 128);
  const reader = queue.messages[Symbol.asyncIterator]();
  await reader.next();
  expect(queue.waitingBytes).toBe(128);
  expect(changes).toEqual([132, 128, -132]);
});

test('a failure takes the place of what waits, which is let go of', async () => {
  const { queue, changes } = recordingQueue();
  queue.push(Buffer.from('one'));
  queue.push(Buffer.from('two'));
  queue.fail(new Error('gone'));
  queue.end();
  queue.push(Buffer.from('three'));
  expect(queue.waitingBytes).toBe(0);
  expect(changes.reduce((sum, change) => sum + change, 0)).toBe(0);
  const reader = queue.messages[Symbol.asyncIterator]();
  await expect(reader.next()).rejects.toThrow('gone');
});

test('a reader that waits is told of the end, and of a failure', async () => {
  const ended = recordingQueue().queue;
  const failed = recordingQueue().queue;
  const end = texts(ended.messages);
  const failure = texts(failed.messages);
  ended.end();
  failed.fail(new Error('gone'));
  expect(await end).toEqual([]);
  await expect(failure).rejects.toThrow('gone');
});

test('a reader that stops lets go of what waits, and of what comes', async () => {
  const { queue, changes } = recordingQueue();
  for (const text of ['one', 'two', 'three']) queue.push(Buffer.from(text));
  for await (const message of queue.messages) {
    expect(message).toEqual(Buffer.from('one'));
    break;
  }
  queue.push(Buffer.from('four'));
  expect(queue.waitingBytes).toBe(0);
  expect(changes.reduce((sum, change) => sum + change, 0)).toBe(0);
});
