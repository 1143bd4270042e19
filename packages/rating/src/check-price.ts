import { decimalViolations, isCurrencyCode, parseDecimal, type Violation } from '@tollgate/money';
import { checkTiers } from './check-tiers.ts';
import { FIELDS, type FieldRule, isRecord, type JsonRecord } from './price-fields.ts';

export type Report = (field: string, rule: string, message: string) => void;

/** Kinds that cost something only known when the period is over. */
const ARREARS_ONLY = new Set(['capacity', 'percentage', 'graduated_percentage', 'dynamic']);

/**
 * Every rule that a price breaks, by field and rule, all at once; empty when `parsePrice` would
 * accept it. Takes anything, never throws.
 */
export function priceViolations(document: unknown): Violation[] {
  const violations: Violation[] = [];
  const broken: Report = (field, rule, message) => violations.push({ field, rule, message });
  if (!isRecord(document)) {
    broken('price', 'object', 'must be an object.');
    return violations;
  }
  const kind = Object.keys(FIELDS).find((name) => name === document['kind']);
  if (kind === undefined) {
    broken('kind', 'known', `must be one of ${Object.keys(FIELDS).join(', ')}.`);
    return violations;
  }
  const fields = FIELDS[kind] ?? {};
  checkFields(document, fields, '', broken);
  if (fields['tiers'] !== undefined) checkTiers(kind, document['tiers'], broken);
  checkCurrency(document, broken);
  checkOrder(document, 'minimum', 'maximum', broken);
  checkOrder(document, 'event_minimum', 'event_maximum', broken);
  if (document['timing'] === 'in_advance' && ARREARS_ONLY.has(kind)) {
    broken('timing', 'in_arrears_only', `${kind} is only known after its period.`);
  }
  return violations;
}

/** Checks one object against its table of fields; unknown ones are refused, not ignored. */
export function checkFields(
  values: JsonRecord,
  rules: Readonly<Record<string, FieldRule>>,
  path: string,
  broken: Report,
): void {
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(rules, name)) broken(path + name, 'known', 'is no field of this price.');
  }
  for (const [name, rule] of Object.entries(rules)) {
    const value = values[name];
    if (value === undefined) {
      if (rule.required === true) broken(path + name, 'required', 'is missing.');
      continue;
    }
    checkField(value, rule, path + name, broken);
  }
}

function checkField(value: unknown, rule: FieldRule, field: string, broken: Report): void {
  switch (rule.type) {
    case 'decimal':
      return checkDecimal(value, rule, field, broken);
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
      if (typeof value === 'number' && Number.isInteger(value) && value >= 0) {
        if (value <= rule.max) return;
      }
      return broken(field, 'digits', `must be a whole number from 0 to ${rule.max}.`);
    case 'tiers':
      return;
  }
}

function checkDecimal(
  value: unknown,
  rule: Extract<FieldRule, { type: 'decimal' }>,
  field: string,
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
}

function checkCurrency(document: JsonRecord, broken: Report): void {
  const { currency, minor_unit_digits: digits } = document;
  if (typeof currency !== 'string') return;
  const iso = isCurrencyCode(currency);
  if (iso && digits !== undefined) {
    broken('minor_unit_digits', 'custom_only', 'is fixed for an ISO 4217 currency.');
  }
  if (!iso && digits === undefined) {
    broken('currency', 'iso_4217', 'is no active ISO 4217 code and has no minor_unit_digits.');
  }
  if (!iso && digits !== undefined && !/^[A-Z][A-Z0-9_]{3,11}$/.test(currency)) {
    broken('currency', 'custom_code', 'must have 4 to 12 of A-Z, 0-9 and _, a letter first.');
  }
}

/** Compares only what is right in itself, so that one mistake is not reported twice. */
function checkOrder(document: JsonRecord, low: string, high: string, broken: Report): void {
  const [least, most] = [document[low], document[high]];
  if (typeof least !== 'string' || typeof most !== 'string') return;
  if (decimalViolations(least).length > 0 || decimalViolations(most).length > 0) return;
  const [left, right] = [parseDecimal(least), parseDecimal(most)];
  if (left.numerator * right.denominator <= right.numerator * left.denominator) return;
  broken(low, 'not_above_maximum', `must not be above ${high}.`);
}
