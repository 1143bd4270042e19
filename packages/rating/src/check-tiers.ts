import { compare, decimalViolations, parseDecimal, type Rational, ZERO } from '@tollgate/money';
import { checkFields, type FieldLimits, type Report } from './check-fields.ts';
import { isRecord, type JsonRecord, TIER_FIELDS, TIERS_MAX } from './price-fields.ts';

/**
 * Tiers must cover everything from zero on, once: each bound above the one before, only the last
 * without a bound, and a `from`, where given, exactly where the tier before ends.
 */
export function checkTiers(
  kind: string,
  tiers: unknown,
  { minorUnitDigits }: FieldLimits,
  broken: Report,
): void {
  if (!Array.isArray(tiers) || tiers.length === 0) {
    return broken('tiers', 'tiers_min_1', 'must be a list of at least one tier.');
  }
  if (tiers.length > TIERS_MAX) {
    return broken('tiers', 'tiers_max_1000', `must not be more than ${TIERS_MAX}.`);
  }
  const fields = TIER_FIELDS[kind] ?? {};
  let before: Before = { bound: ZERO, isReadable: true };
  // Unlike forEach this looks into the holes of a list, too.
  for (const [index, tier] of (tiers as unknown[]).entries()) {
    const path = `tiers[${index}]`;
    if (!isRecord(tier)) {
      broken(path, 'object', 'must be an object.');
      before = { ...before, isReadable: false };
      continue;
    }
    checkFields(tier, fields, { path: `${path}.`, minorUnitDigits }, broken);
    if (fields['unit_price'] !== undefined) checkPriced(tier, path, broken);
    checkBounds(tier, before, path, broken);
    const open = tier['up_to'] === undefined || tier['up_to'] === null;
    const last = index === tiers.length - 1;
    if (open && !last) broken(`${path}.up_to`, 'only_last_open', 'only the last has no bound.');
    if (!open && last) broken(`${path}.up_to`, 'last_open', 'the last must have no bound.');
    const bound = boundOf(tier['up_to']);
    before = { bound: bound ?? before.bound, isReadable: bound !== undefined };
  }
}

/** Where the tiers before end: the last bound that could be read, and whether that is the last. */
interface Before {
  readonly bound: Rational;
  readonly isReadable: boolean;
}

function checkPriced(tier: JsonRecord, path: string, broken: Report): void {
  if (tier['unit_price'] !== undefined || tier['flat_fee'] !== undefined) return;
  const message = 'needs a unit_price or a flat_fee; a free tier has the unit_price 0.';
  broken(path, 'unit_price_or_flat_fee', message);
}

function checkBounds(tier: JsonRecord, before: Before, path: string, broken: Report): void {
  const [from, upTo] = [boundOf(tier['from']), boundOf(tier['up_to'])];
  const order = from === undefined ? 0 : compare(from, before.bound);
  if (order > 0 && before.isReadable) {
    broken(`${path}.from`, 'no_gap', 'leaves a gap behind the tier before.');
  }
  if (order < 0) broken(`${path}.from`, 'no_overlap', 'overlaps the tier before.');
  if (upTo !== undefined && upTo.numerator > 0n && compare(upTo, before.bound) <= 0) {
    broken(`${path}.up_to`, 'ascending', 'must be above the bound of the tier before.');
  }
}

function boundOf(value: unknown): Rational | undefined {
  return decimalViolations(value).length === 0 ? parseDecimal(String(value)) : undefined;
}
