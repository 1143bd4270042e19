import { type Cycle, cyclePeriod, numberAt } from './cycle.ts';
import { refuse, type Violation } from './errors.ts';
import { intersection, isBefore, type Period } from './period.ts';

/** The time something runs, laid over a cycle: a subscription from its start to its end, if any. */
export interface Term {
  readonly cycle: Cycle;
  readonly start: Temporal.Instant;
  /** First instant that no longer belongs to it, not before `start`. Absent: it runs on. */
  readonly end?: Temporal.Instant;
}

/** One period of a term. */
export interface TermPeriod {
  /** 0 for the period that contains the start. */
  readonly number: number;
  /** What of the period belongs to the term: shorter than `whole` at its start and its end. */
  readonly period: Period;
  /** The full period of the cycle: what a price per period is meant for. */
  readonly whole: Period;
}

/**
 * The period of a term by its number, or undefined when the term has ended before it. A day that
 * the zone left out is a number without a period, too, and a term that ends at its start has none.
 * Throws INVALID_TERM when the end is before the start; INVALID_NUMBER below 0 and, as
 * INVALID_INSTANT, beyond the limits of the cycle.
 */
export function termPeriod(term: Term, number: number): TermPeriod | undefined {
  const violations: Violation[] = termViolations(term);
  const reason = violations.length > 0 ? 'INVALID_TERM' : 'INVALID_NUMBER';
  if (number < 0) {
    violations.push({ field: 'number', rule: 'not_negative', message: 'must not be negative.' });
  }
  refuse(reason, violations);
  const { cycle, start, end } = term;
  const whole = cyclePeriod(cycle, numberAt(cycle, start, 'start') + number);
  const period = intersection(whole, { start, end: end ?? whole.end });
  return period && { number, period, whole };
}

/**
 * The period of a term that contains an instant, or undefined outside the term.
 * Throws INVALID_TERM when the end is before the start, INVALID_INSTANT beyond the limits.
 */
export function termPeriodAt(term: Term, instant: Temporal.Instant): TermPeriod | undefined {
  refuse('INVALID_TERM', termViolations(term));
  if (isBefore(instant, term.start)) return undefined;
  if (term.end !== undefined && !isBefore(instant, term.end)) return undefined;
  const { cycle, start } = term;
  const first = numberAt(cycle, start, 'start');
  return termPeriod(term, numberAt(cycle, instant, 'instant') - first);
}

function termViolations({ start, end }: Term): Violation[] {
  if (end === undefined || !isBefore(end, start)) return [];
  return [
    { field: 'end', rule: 'not_before_start', message: `${end} is before the start ${start}.` },
  ];
}
