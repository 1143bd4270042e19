import { expect, test } from '@jest/globals';
import { createFrameReader } from './frame-reader.ts';
import { frame } from './frames.ts';

test('wherever the bytes are cut, the same frames come out', () => {
  const whole = Buffer.concat([
    frame(0, { flag: 1, stream: 5, payload: Buffer.from('first') }),
    frame(4),
    frame(1, { stream: 7, payload: Buffer.from('second') }),
  ]);
  for (let cut = 0; cut <= whole.length; cut += 1) {
    const seen: unknown[] = [];
    const read = createFrameReader(({ type, flag, stream, bytes, at, length }) => {
      seen.push([type, flag, stream, bytes.toString('latin1', at, at + length)]);
    });
    read(whole.subarray(0, cut));
    read(whole.subarray(cut));
    expect(seen).toEqual([
      [0, 1, 5, 'first'],
      [4, 0, 0, ''],
      [1, 0, 7, 'second'],
    ]);
  }
});
