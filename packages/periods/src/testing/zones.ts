import * as fc from 'fast-check';
import { anniversaryCycle, type Cycle, type CycleUnit, calendarCycle } from '../index.ts';
import { LINKED_ZONES } from './linked-zones.ts';

/** Every zone that the runtime lists, and the links to them. */
export const ZONES: readonly string[] = [...Intl.supportedValuesOf('timeZone'), ...LINKED_ZONES];

const EARLIEST = Temporal.Instant.from('1990-01-01T00:00:00Z');
const LATEST = Temporal.Instant.from('2060-01-01T00:00:00Z');

/** Any millisecond from 1990 to 2060. */
export const instant: fc.Arbitrary<Temporal.Instant> = fc
  .integer({ min: EARLIEST.epochMilliseconds, max: LATEST.epochMilliseconds })
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));

/** The instants from 1990 to 2060 at which clocks in a zone change, whole days included. */
export function changesOfClocks(zone: string): Temporal.Instant[] {
  const changes: Temporal.Instant[] = [];
  let change = EARLIEST.toZonedDateTimeISO(zone).getTimeZoneTransition('next');
  while (change !== null && change.epochMilliseconds < LATEST.epochMilliseconds) {
    changes.push(change.toInstant());
    change = change.getTimeZoneTransition('next');
  }
  return changes;
}

/** Instants within 30 hours of a change of clocks, where there are any, and any other ones. */
export function instantIn(changes: readonly Temporal.Instant[]): fc.Arbitrary<Temporal.Instant> {
  if (changes.length === 0) return instant;
  const near = fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -1_800, max: 1_800 }))
    .map(([change, minutes]) => change.add({ minutes }));
  return fc.oneof(near, instant);
}

/** Every unit, count and anchor, among these the hours that a change of clocks skips or repeats. */
export function cycleIn(zone: string, changes: readonly Temporal.Instant[]): fc.Arbitrary<Cycle> {
  const every = {
    zone: fc.constant(zone),
    unit: fc.constantFrom<CycleUnit>('day', 'week', 'month', 'quarter', 'year'),
    count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 14 })),
  };
  return fc.oneof(
    fc.record(every).map(calendarCycle),
    fc.record({ ...every, start: instantIn(changes) }).map(anniversaryCycle),
  );
}
