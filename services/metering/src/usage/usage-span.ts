import { type Timestamp } from '@bufbuild/protobuf/wkt';
import { calendarMonth, hourOf, isBefore, PeriodError, zoneId } from '@tollgate/periods';
import { type FieldViolation, invalidInput } from '@tollgate/runtime/errors';
import { msPerSlot } from '../counters/domain/slot.ts';
import type { Span } from './usage-store.ts';

/** Longest span that one call reads. */
const spanDaysMax = 400;
const msPerDay = 24 * 3_600_000;
/** The years of which any calendar window is known. */
const earliestMs = BigInt(Temporal.Instant.from('0001-01-01T00:00:00Z').epochMilliseconds);
const latestMs = BigInt(Temporal.Instant.from('4000-01-01T00:00:00Z').epochMilliseconds);

interface AskedSpan {
  readonly start?: Timestamp | undefined;
  readonly end?: Timestamp | undefined;
}

/**
 * A span of slots from what was asked.
 *
 * @throws ConnectError INVALID_ARGUMENT with every violation.
 */
export function usageSpan(asked: AskedSpan): Span {
  const violations: FieldViolation[] = [];
  const span = readSpan(asked, undefined, violations);
  if (!span || violations.length > 0) throw invalidInput(violations);
  return span;
}

/**
 * The same with a zone, UTC unless one was asked for. What else was not asked for is the zone's
 * present month, up to the end of the present hour of UTC and of the month.
 *
 * @throws ConnectError INVALID_ARGUMENT with every violation.
 */
export function usageSpanOfZone(
  asked: AskedSpan & { readonly timeZone: string },
  now: Temporal.Instant,
): { span: Span; zone: string } {
  const violations: FieldViolation[] = [];
  const zone = readZone(asked.timeZone, violations);
  const span = readSpan(asked, monthSoFar(now, zone), violations);
  if (!span || violations.length > 0) throw invalidInput(violations);
  return { span, zone };
}

function monthSoFar(now: Temporal.Instant, zone: string): Span {
  const month = calendarMonth(now, zone);
  const hour = hourOf(now);
  return { start: month.start, end: isBefore(month.end, hour.end) ? month.end : hour.end };
}

/** Answers a zone in any case, so that all else can be looked at, too. */
function readZone(asked: string, violations: FieldViolation[]): string {
  try {
    return zoneId(asked || 'UTC');
  } catch (error) {
    if (!(error instanceof PeriodError)) throw error;
    const description = 'must be the name of an IANA time zone, such as `Asia/Kathmandu`';
    violations.push({ field: 'time_zone', description });
    return 'UTC';
  }
}

function readSpan(
  asked: AskedSpan,
  defaults: Span | undefined,
  violations: FieldViolation[],
): Span | undefined {
  const start = instantOf('start', asked.start, defaults?.start, violations);
  const end = instantOf('end', asked.end, defaults?.end, violations);
  if (!start || !end) return undefined;
  const lengthMs = end.epochMilliseconds - start.epochMilliseconds;
  if (lengthMs <= 0) violations.push({ field: 'end', description: 'must be after start' });
  if (lengthMs > spanDaysMax * msPerDay) {
    violations.push({
      field: 'end',
      description: `is more than ${spanDaysMax} days after start`,
    });
  }
  return { start, end };
}

function instantOf(
  field: string,
  asked: Timestamp | undefined,
  fallback: Temporal.Instant | undefined,
  violations: FieldViolation[],
): Temporal.Instant | undefined {
  if (!asked) {
    if (!fallback) violations.push({ field, description: 'is missing' });
    return fallback;
  }
  const ms = asked.seconds * 1_000n;
  const inRange = ms >= earliestMs && ms <= latestMs;
  if (!inRange || asked.nanos !== 0 || ms % BigInt(msPerSlot) !== 0n) {
    const description = 'must be a full quarter of an hour (UTC), of the years 1 to 3999';
    violations.push({ field, description });
    return undefined;
  }
  return Temporal.Instant.fromEpochMilliseconds(Number(ms));
}
