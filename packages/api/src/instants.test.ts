import { expect, test } from '@jest/globals';
import { fromProtoTime, toProtoTime } from './instants.ts';

test('an instant comes back as it was, to the microsecond, before and after 1970', () => {
  for (const text of [
    '2026-03-29T01:30:00.123456Z',
    '1969-12-31T23:59:59.999999Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999Z',
    '1970-01-01T00:00:00Z',
  ]) {
    const instant = Temporal.Instant.from(text);
    const message = toProtoTime(instant);
    expect(message.nanos).toBeGreaterThanOrEqual(0);
    expect(fromProtoTime(message).equals(instant)).toBe(true);
  }
});

test('what is finer than a microsecond is cut off, never rounded up', () => {
  const cut = (text: string) => fromProtoTime(toProtoTime(Temporal.Instant.from(text))).toString();
  expect(cut('2026-01-01T00:00:00.123456999Z')).toBe('2026-01-01T00:00:00.123456Z');
  expect(cut('1969-12-31T23:59:59.000000001Z')).toBe('1969-12-31T23:59:59Z');
});
