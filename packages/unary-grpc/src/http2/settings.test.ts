import { expect, test } from '@jest/globals';
import { defaultLimits } from '../limits.ts';
import { errorCode, setting } from './protocol.ts';
import { encodeSettings, readSettings, serverSettings } from './settings.ts';

const payload = (...pairs: [number, number][]) =>
  encodeSettings(pairs.map(([id, value]) => ({ id, value })));

test('a setting is two bytes of its number and four of its value, written and read', () => {
  const settings = [
    { id: 0x0102, value: 0x0304_0506 },
    { id: 4, value: 65_535 },
  ];
  // By hand, from RFC 9113, section 6.5.1.
  const bytes = Buffer.from('01020304050600040000ffff', 'hex');
  expect(encodeSettings(settings)).toEqual(bytes);
  expect(readSettings(bytes)).toEqual(settings);
});

test('what the server tells of itself reads as what it was told', () => {
  expect(readSettings(serverSettings(defaultLimits))).toEqual([
    { id: setting.streamsMax, value: defaultLimits.streamsMax },
    { id: setting.initialWindowBytes, value: defaultLimits.streamWindowBytes },
    { id: setting.headerListBytesMax, value: defaultLimits.headerListBytesMax },
  ]);
});

test('unknown settings and the largest values are no faults', () => {
  const pairs: [number, number][] = [
    [0xffff, 0xffff_ffff],
    [setting.headerTableBytes, 0xffff_ffff],
    [setting.initialWindowBytes, 0x7fff_ffff],
    [setting.frameBytesMax, 16_777_215],
    [setting.enablePush, 1],
  ];
  expect(readSettings(payload(...pairs))).toEqual(pairs.map(([id, value]) => ({ id, value })));
  expect(readSettings(Buffer.alloc(0))).toEqual([]);
});

test.each([
  ['a part of a setting', payload([1, 1]).subarray(1), errorCode.frameSizeError],
  ['push that is neither on nor off', payload([2, 2]), errorCode.protocolError],
  ['a window beyond 2^31 - 1', payload([4, 0x8000_0000]), errorCode.flowControlError],
  ['frames that are too small', payload([5, 16_383]), errorCode.protocolError],
  ['frames that are too large', payload([5, 16_777_216]), errorCode.protocolError],
])('%s is refused', (_, bytes, code) => {
  expect(() => readSettings(bytes)).toThrow(expect.objectContaining({ code }));
});
