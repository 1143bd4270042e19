import { expect, test } from '@jest/globals';
import { createOutput } from './output.ts';
import { frameType } from './protocol.ts';

/** A PING by hand: what the output writes is not compared with what the same code has written. */
const pingFrame = Buffer.from('0000080600000000003132333435363738', 'hex');

/** An output whose bytes are taken when a test says so. */
function heldOutput() {
  const writes: { bytes: Buffer; capacity: number; done: () => void }[] = [];
  const output = createOutput((bytes, done) => {
    writes.push({ bytes: Buffer.from(bytes), capacity: bytes.buffer.byteLength, done });
  });
  const ping = () => output.frame(frameType.ping, 0, 0, pingFrame.subarray(9));
  return { output, writes, ping };
}

test('frames of one turn are one write, and the next is made when it is taken', () => {
  const { output, writes, ping } = heldOutput();
  ping();
  ping();
  output.flush();
  expect(writes.map(({ bytes }) => bytes)).toEqual([Buffer.concat([pingFrame, pingFrame])]);
  ping();
  output.flush();
  ping();
  output.flush();
  expect(writes.length).toBe(1);
  expect(output.unsentBytes).toBe(4 * pingFrame.length);
  writes[0]?.done();
  output.flush();
  expect(writes[1]?.bytes).toEqual(Buffer.concat([pingFrame, pingFrame]));
  writes[1]?.done();
  expect(output.unsentBytes).toBe(0);
});

test('20,000 turns of one small frame hold no more memory than their bytes and two buffers', () => {
  const { output, writes, ping } = heldOutput();
  for (let turn = 0; turn < 20_000; turn += 1) {
    ping();
    output.flush();
  }
  const bytes = 20_000 * pingFrame.length;
  output.finish();
  const capacity = writes.reduce((sum, one) => sum + one.capacity, 0);
  expect(capacity).toBeLessThan(bytes * 1.34 + 2 * 65_536);
  expect(Buffer.concat(writes.map((one) => one.bytes))).toHaveLength(bytes);
});

test('a write is at most 64 KiB, so that a slow reader is seen to read', () => {
  const { output, writes } = heldOutput();
  const payload = Buffer.alloc(16_384, 'x');
  for (let index = 0; index < 100; index += 1) output.frame(frameType.data, 0, 1, payload);
  output.flush();
  // What waits counts with the buffers that it keeps.
  expect(output.unsentBytes).toBeGreaterThanOrEqual(100 * (payload.length + 9));
  let taken = 0;
  for (; output.unsentBytes > 0; taken += 1) {
    expect(writes.length).toBe(taken + 1);
    expect(writes[taken]?.bytes.length).toBeLessThanOrEqual(65_536);
    writes[taken]?.done();
    output.flush();
  }
  expect(Buffer.concat(writes.map(({ bytes }) => bytes))).toHaveLength(100 * (16_384 + 9));
});

test('what is left is written at once when it is the end', () => {
  const { output, writes, ping } = heldOutput();
  ping();
  output.flush();
  for (let index = 0; index < 10; index += 1) {
    output.frame(frameType.data, 0, 1, Buffer.alloc(16_384));
  }
  ping();
  output.finish();
  const all = Buffer.concat(writes.map(({ bytes }) => bytes));
  expect(all).toHaveLength(2 * pingFrame.length + 10 * (16_384 + 9));
  expect(all.subarray(-pingFrame.length)).toEqual(pingFrame);
});
