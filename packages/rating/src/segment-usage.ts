import {
  compare,
  dividedBy,
  plus,
  type Rational,
  rational,
  sign,
  times,
  type Violation,
  ZERO,
} from '@tollgate/money';
import { contains, type Period } from '@tollgate/periods';
import { RatingError, ratingError } from './errors.ts';

const AGGREGATIONS = ['count', 'sum', 'max', 'unique', 'latest', 'weighted_sum'] as const;

/** How a meter turns events into a quantity. */
export type Aggregation = (typeof AGGREGATIONS)[number];

/** One raw event of a meter. */
export interface MeterEvent {
  /** Unique among the events given. */
  readonly id: string;
  readonly time: Temporal.Instant;
  /** What to add, compare or set; for `weighted_sum` the change of the level. */
  readonly value?: Rational;
  /** What `unique` counts, and needs. */
  readonly key?: string;
}

/**
 * What the events of one segment come to, with all that is needed to join it to its neighbours.
 * `weighted_sum` is kept for an opening level of zero; `area` is level times nanoseconds.
 */
export type SegmentUsage = { readonly period: Period } & (
  | { readonly aggregation: 'count'; readonly count: bigint }
  | { readonly aggregation: 'sum'; readonly sum: Rational }
  | { readonly aggregation: 'max'; readonly max: Rational | undefined }
  | { readonly aggregation: 'unique'; readonly keys: ReadonlySet<string> }
  | { readonly aggregation: 'latest'; readonly latest: MeterEvent | undefined }
  | { readonly aggregation: 'weighted_sum'; readonly change: Rational; readonly area: Rational }
);

/**
 * Aggregates the events inside a segment; those outside are left out, so that the raw events of a
 * period can be given for each of its segments. Order and batches do not matter. A weighted sum is
 * the integral of the level over time: each change counts from its instant to the segment's end.
 * Throws INVALID_SEGMENTS naming every event, outside too, that comes twice or lacks what is needed.
 */
export function segmentUsage(
  aggregation: Aggregation,
  period: Period,
  events: readonly MeterEvent[],
): SegmentUsage {
  checkEvents(aggregation, events);
  const inside = events.filter(({ time }) => contains(period, time));
  switch (aggregation) {
    case 'count':
      return { period, aggregation, count: BigInt(inside.length) };
    case 'sum':
      return { period, aggregation, sum: inside.reduce((sum, e) => plus(sum, valueOf(e)), ZERO) };
    case 'max':
      return { period, aggregation, max: inside.map(valueOf).reduce(larger, undefined) };
    case 'unique':
      return { period, aggregation, keys: new Set(inside.flatMap(({ key }) => key ?? [])) };
    case 'latest':
      return { period, aggregation, latest: inside.reduce(later, undefined) };
    case 'weighted_sum': {
      const change = inside.reduce((sum, e) => plus(sum, valueOf(e)), ZERO);
      const area = inside.reduce(
        (sum, e) => plus(sum, times(valueOf(e), nanoseconds({ start: e.time, end: period.end }))),
        ZERO,
      );
      return { period, aggregation, change, area };
    }
  }
}

/**
 * Joins two segments that follow one another: the same as aggregating both at once. Counts and sums
 * add, maxima compare, unique keys unite, the later value wins, a level goes on into the next
 * segment. Throws INVALID_SEGMENTS for different aggregations or segments that do not touch.
 */
export function joinSegments(left: SegmentUsage, right: SegmentUsage): SegmentUsage {
  if (!left.period.end.equals(right.period.start)) {
    throw ratingError('INVALID_SEGMENTS', 'period', 'adjacent', 'does not follow the one before.');
  }
  const period = { start: left.period.start, end: right.period.end };
  if (left.aggregation === 'count' && right.aggregation === 'count') {
    return { ...left, period, count: left.count + right.count };
  }
  if (left.aggregation === 'sum' && right.aggregation === 'sum') {
    return { ...left, period, sum: plus(left.sum, right.sum) };
  }
  if (left.aggregation === 'max' && right.aggregation === 'max') {
    const max = right.max === undefined ? left.max : larger(left.max, right.max);
    return { ...left, period, max };
  }
  if (left.aggregation === 'unique' && right.aggregation === 'unique') {
    return { ...left, period, keys: left.keys.union(right.keys) };
  }
  if (left.aggregation === 'latest' && right.aggregation === 'latest') {
    return { ...left, period, latest: right.latest ?? left.latest };
  }
  if (left.aggregation === 'weighted_sum' && right.aggregation === 'weighted_sum') {
    const carried = times(left.change, nanoseconds(right.period));
    const area = plus(plus(left.area, right.area), carried);
    return { ...left, period, change: plus(left.change, right.change), area };
  }
  const message = 'differs from that of the segment before.';
  throw ratingError('INVALID_SEGMENTS', 'aggregation', 'same', message);
}

/** What a segment is rated with, and what it hands on to the next one. */
export interface SegmentQuantity {
  /** Zero or more. */
  readonly quantity: Rational;
  /** What fell below zero, zero or less: give it to the next segment, or it was charged too much. */
  readonly carried: Rational;
}

/**
 * The quantity to rate a segment with. `opening` is what `latest` and `weighted_sum` stood at when
 * the segment began (default 0). A weighted sum is the level's share of the `whole` period (default
 * the segment), so that the quantities of segments add up to that of the whole.
 *
 * Nothing is rated below zero. Of a `sum` or `weighted_sum` what is missing is `carried`: given to
 * the next segment it is taken off there first. So the quantities of segments and what the last one
 * carries are together the sum of the whole. Of the other aggregations nothing is carried.
 * Throws INVALID_SEGMENTS when `carried` is above zero or the whole does not contain the segment.
 */
export function segmentQuantity(
  usage: SegmentUsage,
  {
    opening = ZERO,
    whole = usage.period,
    carried = ZERO,
  }: { opening?: Rational; whole?: Period; carried?: Rational } = {},
): SegmentQuantity {
  checkWhole(usage, whole, carried);
  const own = quantityOf(usage, opening, whole);
  const adds = usage.aggregation === 'sum' || usage.aggregation === 'weighted_sum';
  const rest = adds ? plus(own, carried) : own;
  if (sign(rest) >= 0) return { quantity: rest, carried: ZERO };
  return { quantity: ZERO, carried: adds ? rest : ZERO };
}

/** What `latest` and `weighted_sum` stand at when the segment ends: the opening of the next. */
export function closingLevel(usage: SegmentUsage, opening: Rational): Rational {
  if (usage.aggregation === 'latest') return usage.latest ? valueOf(usage.latest) : opening;
  return usage.aggregation === 'weighted_sum' ? plus(opening, usage.change) : ZERO;
}

function quantityOf(usage: SegmentUsage, opening: Rational, whole: Period): Rational {
  switch (usage.aggregation) {
    case 'count':
      return rational(usage.count);
    case 'sum':
      return usage.sum;
    case 'max':
      return usage.max ?? ZERO;
    case 'unique':
      return rational(BigInt(usage.keys.size));
    case 'latest':
      return closingLevel(usage, opening);
    case 'weighted_sum': {
      const standing = times(opening, nanoseconds(usage.period));
      return dividedBy(plus(usage.area, standing), nanoseconds(whole));
    }
  }
}

function checkEvents(aggregation: Aggregation, events: readonly MeterEvent[]): void {
  const violations: Violation[] = [];
  if (!AGGREGATIONS.includes(aggregation)) {
    const message = `must be one of ${AGGREGATIONS.join(', ')}.`;
    violations.push({ field: 'aggregation', rule: 'known', message });
  }
  const needed = neededField(aggregation);
  const ids = new Set<string>();
  for (const [index, event] of events.entries()) {
    const field = `events[${index}]`;
    if (ids.has(event.id)) {
      const message = `"${event.id}" comes twice.`;
      violations.push({ field: `${field}.id`, rule: 'unique', message });
    }
    ids.add(event.id);
    if (needed !== undefined && event[needed] === undefined) {
      const message = `is needed for ${aggregation}.`;
      violations.push({ field: `${field}.${needed}`, rule: 'required', message });
    }
  }
  if (violations.length > 0) throw new RatingError('INVALID_SEGMENTS', violations);
}

function neededField(aggregation: Aggregation): 'key' | 'value' | undefined {
  if (aggregation === 'unique') return 'key';
  return aggregation === 'count' ? undefined : 'value';
}

function checkWhole({ aggregation, period }: SegmentUsage, whole: Period, carried: Rational): void {
  const violations: Violation[] = [];
  if (sign(carried) > 0) {
    violations.push({ field: 'carried', rule: 'not_positive', message: 'must not be above zero.' });
  }
  const { compare: order } = Temporal.Instant;
  const isOutside = order(period.start, whole.start) < 0 || order(period.end, whole.end) > 0;
  if (aggregation === 'weighted_sum' && isOutside) {
    const message = 'must contain the segment.';
    violations.push({ field: 'whole', rule: 'contains_segment', message });
  }
  if (violations.length > 0) throw new RatingError('INVALID_SEGMENTS', violations);
}

function valueOf({ value = ZERO }: MeterEvent): Rational {
  return value;
}

function larger(left: Rational | undefined, right: Rational): Rational {
  return left !== undefined && compare(left, right) > 0 ? left : right;
}

/** By time, then by id: the same event wins in whichever order they came. */
function later(left: MeterEvent | undefined, right: MeterEvent): MeterEvent {
  if (left === undefined) return right;
  const order = Temporal.Instant.compare(left.time, right.time);
  return order > 0 || (order === 0 && left.id > right.id) ? left : right;
}

function nanoseconds({ start, end }: Pick<Period, 'start' | 'end'>): Rational {
  return rational(end.epochNanoseconds - start.epochNanoseconds);
}
