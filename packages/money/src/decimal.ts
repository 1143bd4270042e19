import { MoneyError, moneyError, type Violation } from './errors.ts';
import { type Rational, reduced } from './rational.ts';

/** What a decimal text may look like. Every bound is inclusive. */
export interface DecimalLimits {
  /** Digits after the point, at most. Default 12: the finest unit price and rate we sell. */
  readonly fractionDigitsMax?: number;
  /** Digits before the point, at most. Default 30: far above any amount or count. */
  readonly integerDigitsMax?: number;
  /** Whether a leading `-` is allowed. Default false. */
  readonly allowNegative?: boolean;
  /** Name used in violations. Default `value`. */
  readonly field?: string;
}

/** Longer text is refused before it is looked at, so that a hostile input costs nothing. */
const TEXT_LENGTH_MAX = 100;

const CANONICAL = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/**
 * Reads a plain decimal such as `0.001` into its exact value. No exponent, no plus sign, no
 * grouping, no locale, no spaces, no leading zeros, no `-0`, digits on both sides of a point.
 * Throws INVALID_DECIMAL that names every broken rule at once.
 */
export function parseDecimal(text: string, limits: DecimalLimits = {}): Rational {
  const violations = decimalViolations(text, limits);
  if (violations.length > 0) throw new MoneyError('INVALID_DECIMAL', violations);
  // Stryker disable next-line ArrayDeclaration: what broke no rule always matches
  const [, minus = '', integer = '', fraction = ''] = CANONICAL.exec(text) ?? [];
  const magnitude = BigInt(integer + fraction);
  return {
    numerator: minus === '' ? magnitude : -magnitude,
    denominator: 10n ** BigInt(fraction.length),
  };
}

/** Every rule that `text` breaks; empty when `parseDecimal` would accept it. Never throws. */
export function decimalViolations(text: unknown, limits: DecimalLimits = {}): Violation[] {
  const field = limits.field ?? 'value';
  const found: Violation[] = [];
  const broken = (rule: string, message: string) => found.push({ field, rule, message });

  if (typeof text !== 'string') broken('text', 'must be a text.');
  else if (text === '') broken('not_empty', 'must not be empty.');
  else if (text.length > TEXT_LENGTH_MAX) {
    broken('length_max', `must not be longer than ${TEXT_LENGTH_MAX} characters.`);
  } else {
    checkCharacters(text, broken);
    checkShape(text, limits, broken);
    // Stryker disable next-line all: a second opinion; the rules leave nothing for it
    if (found.length === 0 && !CANONICAL.test(text)) broken('decimal', 'is not a plain decimal.');
  }
  return found;
}

type Report = (rule: string, message: string) => void;

function checkCharacters(text: string, broken: Report): void {
  if (/\s/u.test(text)) broken('no_spaces', 'must not contain spaces.');
  if (/[eE]/.test(text)) broken('no_exponent', 'must not have an exponent.');
  if (text.includes('+')) broken('no_plus_sign', 'must not have a plus sign.');
  if (/[,_']/.test(text)) broken('no_grouping', 'must not group digits; the point is ".".');
  if (/[^0-9.\-+eE,_'\s]/u.test(text)) {
    broken('ascii_digits', 'must only have the digits 0-9, a point and a minus sign.');
  }
}

function checkShape(text: string, limits: DecimalLimits, broken: Report): void {
  const { fractionDigitsMax = 12, integerDigitsMax = 30, allowNegative = false } = limits;
  const negative = text.startsWith('-');
  const body = negative ? text.slice(1) : text;
  const [integer = '', fraction, ...rest] = body.split('.');

  if (negative && !allowNegative) broken('not_negative', 'must not be negative.');
  if (negative && /^[0.]+$/.test(body)) broken('no_negative_zero', 'must not be minus zero.');
  if (body.includes('-')) broken('one_minus_sign', 'may have a minus sign only in front.');
  if (rest.length > 0) broken('one_point', 'must not have more than one point.');
  if (integer === '') broken('integer_digits_min', 'needs a digit before the point.');
  if (fraction === '') broken('fraction_digits_min', 'needs a digit after the point.');
  if (/^0[0-9]/.test(integer)) broken('no_leading_zero', 'must not have leading zeros.');
  if (integer.length > integerDigitsMax) {
    broken('integer_digits_max', `has more than ${integerDigitsMax} digits before the point.`);
  }
  if (fraction !== undefined && fraction.length > fractionDigitsMax) {
    broken('fraction_digits_max', `has more than ${fractionDigitsMax} digits after the point.`);
  }
}

/**
 * The exact value as a plain decimal without trailing zeros, for example `0.001`; the inverse of
 * `parseDecimal`. Throws NOT_A_FINITE_DECIMAL for values such as 1/3: use `exactText` there.
 */
export function toDecimal(value: Rational): string {
  const text = finiteDecimal(reduced(value));
  if (text !== undefined) return text;
  throw moneyError('NOT_A_FINITE_DECIMAL', 'value', 'finite', 'has no finite decimal form.');
}

/** The exact value for people and digests: a decimal where one exists, else `1/3`. */
export function exactText(value: Rational): string {
  const lowest = reduced(value);
  return finiteDecimal(lowest) ?? `${lowest.numerator}/${lowest.denominator}`;
}

/** `units` of 10^-fractionDigits as a decimal with that many digits: 2900n, 2 → `29.00`. */
export function scaledDecimal(units: bigint, fractionDigits: number): string {
  const minus = units < 0n ? '-' : '';
  // Stryker disable next-line EqualityOperator: minus zero is zero
  const digits = (units < 0n ? -units : units).toString().padStart(fractionDigits + 1, '0');
  if (fractionDigits === 0) return minus + digits;
  return `${minus}${digits.slice(0, -fractionDigits)}.${digits.slice(-fractionDigits)}`;
}

/** Finite exactly when the denominator in lowest terms has no prime factor but 2 and 5. */
function finiteDecimal({ numerator, denominator }: Rational): string | undefined {
  let rest = denominator;
  let twos = 0;
  let fives = 0;
  for (; rest % 2n === 0n; rest /= 2n) twos += 1;
  for (; rest % 5n === 0n; rest /= 5n) fives += 1;
  if (rest !== 1n) return undefined;
  // Stryker disable next-line EqualityOperator: where they are equal either will do
  const fractionDigits = twos > fives ? twos : fives;
  return scaledDecimal((numerator * 10n ** BigInt(fractionDigits)) / denominator, fractionDigits);
}
