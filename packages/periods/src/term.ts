import { type Cycle, cycleNumber, cyclePeriod } from './cycle.ts';
import { PeriodError } from './errors.ts';
import { intersection, isBefore, type Period } from './period.ts';

/** The time something runs, laid over a cycle: a subscription from its start to its end, if any. */
export interface Term {
  readonly cycle: Cycle;
  readonly start: Temporal.Instant;
  /** First instant that no longer belongs to it. Absent: it runs on. */
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
 * the zone left out is a number without a period, too. Throws INVALID_NUMBER below 0.
 */
export function termPeriod({ cycle, start, end }: Term, number: number): TermPeriod | undefined {
  if (number < 0) throw new PeriodError('INVALID_NUMBER', 'number', 'must not be negative.');
  const whole = cyclePeriod(cycle, cycleNumber(cycle, start) + number);
  const period = intersection(whole, { start, end: end ?? whole.end });
  return period && { number, period, whole };
}

/** The period of a term that contains an instant, or undefined outside the term. */
export function termPeriodAt(term: Term, instant: Temporal.Instant): TermPeriod | undefined {
  if (isBefore(instant, term.start)) return undefined;
  if (term.end !== undefined && !isBefore(instant, term.end)) return undefined;
  const { cycle, start } = term;
  return termPeriod(term, cycleNumber(cycle, instant) - cycleNumber(cycle, start));
}
