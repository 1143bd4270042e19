import { ONE, type Rational, rational } from '@tollgate/money';
import { dayShare, type Period, samePeriod, secondShare } from '@tollgate/periods';
import type { Price } from './price.ts';

/**
 * The share of a whole period that a segment takes, as its price measures it: by days of the
 * customer's zone or by time. Shares of the segments of a period add up to one.
 * Throws PeriodError INVALID_SHARE when the segment is not within the period.
 */
export function shareOfPeriod({
  price,
  part,
  whole,
  zone,
}: {
  readonly price: Price;
  readonly part: Period;
  readonly whole: Period;
  /** IANA zone of the customer. */
  readonly zone: string;
}): Rational {
  if (samePeriod(part, whole)) return ONE;
  const share = price.shareBy === 'day' ? dayShare(part, whole, zone) : secondShare(part, whole);
  return rational(share.numerator, share.denominator);
}
