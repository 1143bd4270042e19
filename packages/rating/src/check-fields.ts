import { decimalViolations, MINOR_UNITS_MAX, parseDecimal } from '@tollgate/money';
import type { FieldRule, JsonRecord } from './price-fields.ts';

/** Takes one broken rule: where, which, and a sentence for people. */
export type Report = (field: string, rule: string, message: string) => void;

/** Where an object stands and, unless its currency is wrong, the scale of its amounts. */
export interface FieldLimits {
  /** In front of each field's name, such as `tiers[0].`. */
  readonly path: string;
  readonly minorUnitDigits: number | undefined;
}

/** Checks one object against its table of fields; unknown ones are refused, not ignored. */
export function checkFields(
  values: JsonRecord,
  rules: Readonly<Record<string, FieldRule>>,
  limits: FieldLimits,
  broken: Report,
): void {
  const { path, minorUnitDigits } = limits;
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(rules, name)) broken(path + name, 'known', 'is no field of this price.');
  }
  for (const [name, rule] of Object.entries(rules)) {
    const value = values[name];
    if (value === undefined) {
      if (rule.required === true) broken(path + name, 'required', 'is missing.');
      continue;
    }
    checkField(value, rule, { path: path + name, minorUnitDigits }, broken);
  }
}

function checkField(value: unknown, rule: FieldRule, limits: FieldLimits, broken: Report): void {
  const { path: field } = limits;
  switch (rule.type) {
    case 'decimal':
      return checkDecimal(value, rule, limits, broken);
    case 'flag':
      if (typeof value !== 'boolean') broken(field, 'boolean', 'must be true or false.');
      return;
    case 'choice':
      if (rule.of.some((choice) => choice === value)) return;
      return broken(field, 'choice', `must be one of ${rule.of.join(', ')}.`);
    case 'name':
      if (typeof value === 'string' && rule.pattern.test(value)) return;
      return broken(field, 'pattern', `must match ${rule.pattern.source}.`);
    case 'digits':
      // Stryker disable next-line ConditionalExpression: a second opinion, only a number is an integer
      if (typeof value === 'number' && Number.isInteger(value) && value >= 0) {
        if (value <= rule.max) return;
      }
      return broken(field, 'digits', `must be a whole number from 0 to ${rule.max}.`);
    // Stryker disable next-line all: looked at elsewhere; without the case nothing happens either
    case 'tiers':
      return;
  }
}

function checkDecimal(
  value: unknown,
  rule: Extract<FieldRule, { type: 'decimal' }>,
  { path: field, minorUnitDigits: digits }: FieldLimits,
  broken: Report,
): void {
  if (value === null && rule.nullable === true) return;
  const { fractionDigitsMax = 12, integerDigitsMax = 15 } = rule;
  const limits = { field, fractionDigitsMax, integerDigitsMax };
  const found = decimalViolations(value, limits);
  for (const { rule: name, message } of found) broken(field, name, message);
  if (found.length > 0) return;
  const { numerator, denominator } = parseDecimal(String(value), limits);
  if (rule.positive === true && numerator === 0n) broken(field, 'positive', 'must be above zero.');
  if (rule.max !== undefined && numerator > rule.max * denominator) {
    broken(field, 'max', `must not be above ${rule.max}.`);
  }
  if (rule.amount !== true || digits === undefined) return;
  if (numerator * 10n ** BigInt(digits) > MINOR_UNITS_MAX * denominator) {
    broken(field, 'int64', 'is larger than any amount we can store.');
  }
}
