import {
  anniversaryCycle,
  type Cycle,
  cycleNumber,
  cyclePeriod,
  dayShare,
} from '@tollgate/periods';
import { callsPerSecond, heading, report } from './measure.ts';

/** Enough for one zone to be told from another, not more: there are 400 of them. */
const GLANCE_US = 1_500;

/** So many of the slowest at a glance are measured again in full. */
const FINALISTS = 8;

/** Looks for the zone whose periods are found slowest and measures it, and one in the middle. */
export function reportPeriods(): void {
  heading('periods per second: monthly, anniversary on the 31st, instants from 1990 to 2060');
  const zones = Intl.supportedValuesOf('timeZone');
  // The first zones would pay for the compiler.
  for (const zone of zones) callsPerSecond(finder(zone), GLANCE_US / 10);
  const ranked = zones
    .map((zone) => ({ zone, rate: callsPerSecond(finder(zone), GLANCE_US) }))
    .sort((left, right) => left.rate - right.rate);
  const [worst] = ranked
    .slice(0, FINALISTS)
    .map(({ zone }) => ({ zone, rate: callsPerSecond(finder(zone), 50_000) }))
    .sort((left, right) => left.rate - right.rate);
  const middle = ranked[ranked.length >> 1];
  reportZone(`slowest of ${zones.length} zones`, worst?.zone ?? 'UTC');
  reportZone('one in the middle', middle?.zone ?? 'UTC');
}

function reportZone(what: string, zone: string): void {
  const cycle = cycleOf(zone);
  let number = 0;
  const bounds = () => {
    number = (number + 61) % 780;
    return cyclePeriod(cycle, number);
  };
  const day = () => {
    const whole = bounds();
    return dayShare({ start: whole.start, end: whole.start.add({ hours: 240 }) }, whole, zone);
  };
  report(`${what}: ${zone}, period of an instant`, `${callsPerSecond(finder(zone))}/s`);
  report(`${what}: ${zone}, bounds of a number`, `${callsPerSecond(bounds)}/s`);
  report(`${what}: ${zone}, share by day`, `${callsPerSecond(day)}/s`);
}

function finder(zone: string): () => number {
  const cycle = cycleOf(zone);
  const first = Temporal.Instant.from('1990-01-01T00:00:00Z').epochMilliseconds;
  const span = Temporal.Instant.from('2060-01-01T00:00:00Z').epochMilliseconds - first;
  let at = 0;
  return () => {
    // A prime number of minutes, some five years, visits all seasons and decades.
    at = (at + 2_628_013 * 60_000) % span;
    return cycleNumber(cycle, Temporal.Instant.fromEpochMilliseconds(first + at));
  };
}

function cycleOf(zone: string): Cycle {
  const start = Temporal.Instant.from('1995-01-31T03:00:00Z');
  return anniversaryCycle({ unit: 'month', zone, start });
}
