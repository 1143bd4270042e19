import { type Rational, times } from '@tollgate/money';
import type { Priced } from './priced.ts';

/** quantity × unit price; also amounts × multiplier of a dynamic price. */
export function pricePerUnit(unitPrice: Rational, quantity: Rational): Priced {
  const amount = times(quantity, unitPrice);
  return { amount, walk: [{ tier: 0, units: quantity, unitPrice, amount }] };
}
