import { expect, test } from '@jest/globals';
import { usageWindowsOf } from './usage-windows.ts';

const span = (start: string, end: string) => ({
  start: Temporal.Instant.from(start),
  end: Temporal.Instant.from(end),
});
const shown = (windows: ReturnType<typeof usageWindowsOf>) =>
  windows.map(({ start, end }) => `${start}/${end}`);

test('days of 23 and 25 hours, and those of zones that are quarters of an hour from UTC', () => {
  const spring = span('2026-03-28T23:00:00Z', '2026-03-30T22:00:00Z');
  expect(shown(usageWindowsOf(spring, 'day', 'Europe/Berlin'))).toEqual([
    '2026-03-28T23:00:00Z/2026-03-29T22:00:00Z',
    '2026-03-29T22:00:00Z/2026-03-30T22:00:00Z',
  ]);
  const autumn = span('2026-04-04T10:15:00Z', '2026-04-05T11:30:00Z');
  expect(shown(usageWindowsOf(autumn, 'day', 'Pacific/Chatham'))).toEqual([
    '2026-04-04T10:15:00Z/2026-04-05T11:15:00Z',
    '2026-04-05T11:15:00Z/2026-04-06T11:15:00Z',
  ]);
});

test('the windows at both ends reach beyond the span; hours are those of UTC', () => {
  const some = span('2026-11-30T17:30:00Z', '2026-11-30T18:30:00Z');
  expect(shown(usageWindowsOf(some, 'month', 'Asia/Kathmandu'))).toEqual([
    '2026-10-31T18:15:00Z/2026-11-30T18:15:00Z',
    '2026-11-30T18:15:00Z/2026-12-31T18:15:00Z',
  ]);
  expect(shown(usageWindowsOf(some, 'hour', 'Asia/Kathmandu'))).toEqual([
    '2026-11-30T17:00:00Z/2026-11-30T18:00:00Z',
    '2026-11-30T18:00:00Z/2026-11-30T19:00:00Z',
  ]);
});

test('a day that a zone left out is no window, and an evening that came again is of one', () => {
  const apia = span('2011-12-30T00:00:00Z', '2011-12-31T00:00:00Z');
  expect(shown(usageWindowsOf(apia, 'day', 'Pacific/Apia'))).toEqual([
    '2011-12-29T10:00:00Z/2011-12-30T10:00:00Z',
    '2011-12-30T10:00:00Z/2011-12-31T10:00:00Z',
  ]);
  const again = span('2009-11-01T02:30:00Z', '2009-11-01T03:30:00Z');
  expect(usageWindowsOf(again, 'day', 'America/St_Johns')).toHaveLength(1);
});
