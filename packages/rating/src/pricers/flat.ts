import { type Rational, times } from '@tollgate/money';
import type { Priced } from './priced.ts';

/** A fixed amount per period, whatever was used. `fees`: the share of it that is due. */
export function priceFlat(amount: Rational, fees: Rational): Priced {
  const due = times(amount, fees);
  return { amount: due, walk: [{ tier: 0, units: fees, unitPrice: amount, amount: due }] };
}
