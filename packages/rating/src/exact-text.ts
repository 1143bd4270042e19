import { type Rational, rational } from '@tollgate/money';
import { ratingError } from './errors.ts';

const EXACT = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+)|\/([1-9][0-9]*))?$/;

/** Longer texts are refused unread; the largest denominator has 309 digits. */
const LENGTH_MAX = 2_000;

/** The inverse of money's `exactText`: `0.125` or `1/3`. Throws INVALID_LINE naming the field. */
export function parseExact(text: unknown, field: string): Rational {
  const match = typeof text === 'string' && text.length <= LENGTH_MAX ? EXACT.exec(text) : null;
  if (match === null) {
    throw ratingError('INVALID_LINE', field, 'exact_text', 'must be a decimal or a fraction.');
  }
  const [, sign = '', integer = '', fraction = '', divisor] = match;
  const magnitude = BigInt(integer + fraction);
  const numerator = sign === '' ? magnitude : -magnitude;
  const denominator = divisor === undefined ? 10n ** BigInt(fraction.length) : BigInt(divisor);
  try {
    return rational(numerator, denominator);
  } catch (cause) {
    const message = 'must have a denominator of 1 to 1,024 bits.';
    const error = ratingError('INVALID_LINE', field, 'bits_max_1024', message);
    error.cause = cause;
    throw error;
  }
}
