import { type Rational, times } from '@tollgate/money';
import type { Priced } from './priced.ts';

/** A package is paid for as soon as it is started; without usage only `minimumPackages` are. */
export function pricePackage(
  {
    size,
    unitPrice,
    minimumPackages,
  }: {
    readonly size: Rational;
    readonly unitPrice: Rational;
    readonly minimumPackages: bigint;
  },
  quantity: Rational,
): Priced {
  const started = packagesFor(quantity, size);
  // Stryker disable next-line EqualityOperator: what is equal is taken either way
  const packages = started > minimumPackages ? started : minimumPackages;
  const amount = times({ numerator: packages, denominator: 1n }, unitPrice);
  return { amount, walk: [{ tier: 0, units: quantity, packages, unitPrice, amount }] };
}

/** units / size, rounded up to whole packages; units are not negative. */
export function packagesFor(units: Rational, size: Rational): bigint {
  const dividend = units.numerator * size.denominator;
  const divisor = units.denominator * size.numerator;
  return (dividend + divisor - 1n) / divisor;
}
