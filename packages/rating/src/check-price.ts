import {
  currency,
  decimalViolations,
  isCurrencyCode,
  parseDecimal,
  type Violation,
} from '@tollgate/money';
import { checkFields, type Report } from './check-fields.ts';
import { checkTiers } from './check-tiers.ts';
import { COMMON_FIELDS, FIELDS, isRecord, type JsonRecord, ownFields } from './price-fields.ts';

/** Kinds that cost something only known when the period is over. */
const ARREARS_ONLY = new Set(['capacity', 'percentage', 'graduated_percentage', 'dynamic']);

/** The scales that a custom currency may have. */
const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8];

/**
 * Every rule that a price breaks, by field and rule, all at once; empty when `parsePrice` would
 * accept it. Takes anything, never throws. Only an object's own fields count.
 */
export function priceViolations(input: unknown): Violation[] {
  const violations: Violation[] = [];
  const broken: Report = (field, rule, message) => violations.push({ field, rule, message });
  const document = ownFields(input);
  if (!isRecord(document)) {
    broken('price', 'object', 'must be an object.');
    return violations;
  }
  const kind = Object.keys(FIELDS).find((name) => name === document['kind']);
  const limits = { path: '', minorUnitDigits: digitsOf(document) };
  if (kind === undefined) {
    broken('kind', 'known', `must be one of ${Object.keys(FIELDS).join(', ')}.`);
    // Which other fields belong there only its kind would tell.
    checkFields(commonOf(document), COMMON_FIELDS, limits, broken);
  } else {
    const fields = FIELDS[kind] ?? {};
    checkFields(document, fields, limits, broken);
    if (fields['tiers'] !== undefined) checkTiers(kind, document['tiers'], limits, broken);
  }
  checkCurrency(document, broken);
  checkOrder(document, 'minimum', 'maximum', broken);
  checkOrder(document, 'event_minimum', 'event_maximum', broken);
  if (document['timing'] === 'in_advance' && kind !== undefined && ARREARS_ONLY.has(kind)) {
    broken('timing', 'in_arrears_only', `${kind} is only known after its period.`);
  }
  return violations;
}

function commonOf(document: JsonRecord): JsonRecord {
  const entries = Object.entries(document);
  return Object.fromEntries(entries.filter(([name]) => Object.hasOwn(COMMON_FIELDS, name)));
}

/** The scale of a price's amounts; undefined while its currency is wrong itself. */
function digitsOf({ currency: code, minor_unit_digits: digits }: JsonRecord): number | undefined {
  if (typeof code === 'string' && isCurrencyCode(code)) return currency(code).minorUnitDigits;
  return DIGITS.find((each) => each === digits);
}

function checkCurrency(document: JsonRecord, broken: Report): void {
  const { currency: code, minor_unit_digits: digits } = document;
  if (typeof code !== 'string') return;
  const iso = isCurrencyCode(code);
  if (iso && digits !== undefined) {
    broken('minor_unit_digits', 'custom_only', 'is fixed for an ISO 4217 currency.');
  }
  if (!iso && digits === undefined) {
    broken('currency', 'iso_4217', 'is no active ISO 4217 code and has no minor_unit_digits.');
  }
  if (!iso && digits !== undefined && !/^[A-Z][A-Z0-9_]{3,11}$/.test(code)) {
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
