import { ONE, plus, type Rational, rational, times } from '@tollgate/money';
import type { Tier } from '../price.ts';
import { packagesFor } from './package.ts';
import type { WalkStep } from './priced.ts';

/** What `units` cost in one tier. `fees` is the due share of its flat fee; undefined for none. */
export function tierAmount(
  { unitPrice, flatFee, packageSize }: Tier,
  tier: number,
  units: Rational,
  fees: Rational | undefined,
): WalkStep {
  const packages =
    packageSize === undefined ? undefined : rational(packagesFor(units, packageSize));
  const amount = times(packages ?? units, unitPrice);
  const step = packages === undefined ? { tier, units } : { tier, units, packages };
  if (fees === undefined || flatFee.numerator === 0n) return { ...step, unitPrice, amount };
  // Stryker disable next-line ConditionalExpression: a shortcut, times one changes nothing
  const fee = fees === ONE ? flatFee : times(flatFee, fees);
  return { ...step, unitPrice, flatFee: fee, amount: plus(amount, fee) };
}
