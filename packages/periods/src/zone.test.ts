import { expect, test } from '@jest/globals';
import { zoneId } from './index.ts';
import { changesOfClocks, ZONES } from './testing/zones.ts';
import { instantAt } from './zone.ts';

test.each([
  '2020-01-01T00:00+02:00',
  'T10+02',
  '10:00+02:00',
  '+02:00',
  '-0230',
  '2020-01-01T00:00Z',
  'T10Z',
  '2020-01-01T00:00[Europe/Berlin]',
  'Z',
  '',
  ' UTC',
])('"%s" is no name of a zone', (zone) => {
  const error = expect.objectContaining({ reason: 'INVALID_ZONE' });
  expect(() => zoneId(zone)).toThrow(error);
});

test('names of zones are accepted in any spelling, fixed ones among them', () => {
  expect(['europe/BERLIN', 'etc/gmt+5', 'est', 'utc'].map(zoneId)).toEqual([
    'Europe/Berlin',
    'Etc/GMT+5',
    'EST',
    'UTC',
  ]);
});

/** Only at a change of clocks could midnight and the first instant of a day differ. */
test('since 1970, midnight of any zone means the first instant of its day', () => {
  for (const zone of ZONES) {
    let change = Temporal.ZonedDateTime.from(`1969-12-31T12:00[${zone}]`);
    for (;;) {
      const next = change.getTimeZoneTransition('next');
      if (next === null || next.year >= 2060) break;
      change = next;
      for (const days of [-1, 0, 1]) {
        const date = change.toPlainDate().add({ days });
        const first = date.toZonedDateTime(zone).toInstant();
        const midnight = instantAt(date.toPlainDateTime(), zone);
        if (!first.equals(midnight)) expect(`${zone} ${date}`).toBe('begins at midnight');
      }
    }
  }
});

/** So usage that is counted by quarters of an hour can be summed by the days of any zone. */
test('since 1990, the clocks of every zone are whole quarters of an hour from UTC', () => {
  for (const zone of ZONES) {
    const start = Temporal.Instant.from('1990-01-01T00:00:00Z');
    for (const moment of [start, ...changesOfClocks(zone)]) {
      const { offset, offsetNanoseconds } = moment.toZonedDateTimeISO(zone);
      if (offsetNanoseconds % 900e9 !== 0) expect(`${zone} ${moment}`).toBe(offset);
    }
  }
});
