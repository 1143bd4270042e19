import { expect, test } from '@jest/globals';
import { groupBySlot, slotOfTag } from './group-by-slot.ts';
import type { Operation } from './operation.ts';

test('slots are those of the cluster specification', () => {
  // Its own example: CRC16 of 123456789 is 0x31C3.
  expect(slotOfTag('123456789')).toBe(0x31c3);
});

test('operations of one tenant stay together and in order, others are apart', () => {
  const of = (tenant: string, requestId: string): Operation => ({
    kind: 'admit',
    account: { tenant, environment: 'live', limits: [] },
    requestId,
  });
  const operations = [of('a', '1'), of('b', '2'), of('a', '3'), of('b', '4')];
  const groups = [...groupBySlot(operations).values()];
  expect(groups.map((group) => group.map(({ requestId }) => requestId))).toEqual([
    ['1', '3'],
    ['2', '4'],
  ]);
});
