import { compare, type Rational, rational, times } from '@tollgate/money';
import type { PriceModel } from '../price.ts';
import type { Priced } from './priced.ts';

type PackageModel = Extract<PriceModel, { kind: 'package' }>;

/**
 * A package is paid for as soon as it is started; at least the due share of `minimumPackages` is,
 * `least` of them: a whole share of the period owes whole packages, half a period half of them.
 */
export function pricePackage(
  { size, unitPrice, minimumPackages }: PackageModel,
  quantity: Rational,
  least: Rational,
): Priced {
  const started = rational(packagesFor(quantity, size));
  const due = times(rational(minimumPackages), least);
  // Stryker disable next-line EqualityOperator: what is equal is taken either way
  const packages = compare(started, due) > 0 ? started : due;
  const amount = times(packages, unitPrice);
  return { amount, walk: [{ tier: 0, units: quantity, packages, unitPrice, amount }] };
}

/** units / size, rounded up to whole packages; units are not negative. */
export function packagesFor(units: Rational, size: Rational): bigint {
  const dividend = units.numerator * size.denominator;
  const divisor = units.denominator * size.numerator;
  return (dividend + divisor - 1n) / divisor;
}
