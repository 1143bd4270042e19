import { type Timestamp } from '@bufbuild/protobuf/wkt';
import { type FieldViolation, invalidInput } from '@tollgate/runtime/errors';
import type { Span } from './usage-store.ts';

/** Longest span that one call reads. */
const spanDaysMax = 400;
const msPerHour = 3_600_000;

/**
 * A span of full hours from what was asked, with defaults for what was not.
 *
 * @throws ConnectError INVALID_ARGUMENT with every violation.
 */
export function usageSpan(
  asked: { start?: Timestamp | undefined; end?: Timestamp | undefined },
  defaults?: Span,
): Span {
  const violations: FieldViolation[] = [];
  const start = instantOf('start', asked.start, defaults?.start, violations);
  const end = instantOf('end', asked.end, defaults?.end, violations);
  if (start && end) {
    const lengthMs = end.epochMilliseconds - start.epochMilliseconds;
    if (lengthMs <= 0) violations.push({ field: 'end', description: 'must be after start' });
    if (lengthMs > spanDaysMax * 24 * msPerHour) {
      violations.push({
        field: 'end',
        description: `is more than ${spanDaysMax} days after start`,
      });
    }
  }
  if (violations.length > 0 || !start || !end) throw invalidInput(violations);
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
  const inRange = ms >= -8_640_000_000_000_000n && ms <= 8_640_000_000_000_000n;
  if (!inRange || asked.nanos !== 0 || ms % BigInt(msPerHour) !== 0n) {
    violations.push({ field, description: 'must be a full hour (UTC)' });
    return undefined;
  }
  return Temporal.Instant.fromEpochMilliseconds(Number(ms));
}
