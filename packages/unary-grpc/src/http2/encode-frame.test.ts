import { expect, test } from '@jest/globals';
import { encodeFrame } from './encode-frame.ts';
import { createFrameReader } from './frame-reader.ts';

/** Written by hand from RFC 9113, section 4.1: what reads and what writes could be wrong alike. */
const byHand: [string, { type: number; flags: number; streamId: number }, string][] = [
  ['000003 01 05 01020304 61626300', { type: 1, flags: 5, streamId: 0x0102_0304 }, '616263'],
  ['000000 04 01 00000000 00', { type: 4, flags: 1, streamId: 0 }, ''],
  ['000001 fe ff 7fffffff 80 00', { type: 0xfe, flags: 0xff, streamId: 0x7fff_ffff }, '80'],
];

test.each(byHand)('%s is what is written, and what is read', (text, head, payload) => {
  // One byte follows, which belongs to no frame.
  const bytes = Buffer.from(text.replaceAll(' ', ''), 'hex');
  const { type, ...rest } = head;
  expect(encodeFrame(type, rest, Buffer.from(payload, 'hex'))).toEqual(bytes.subarray(0, -1));
  const read: unknown[] = [];
  createFrameReader((frame, chunk, start, end) =>
    read.push({ ...frame, payload: chunk.toString('hex', start, end) }),
  ).push(bytes);
  expect(read).toEqual([{ ...head, payload }]);
});

test('a length has three bytes, the highest first', () => {
  const frame = encodeFrame(0, {}, Buffer.alloc(0x01_02_03));
  expect(frame.subarray(0, 9).toString('hex')).toBe('010203000000000000');
  expect(frame).toHaveLength(9 + 0x01_02_03);
});
