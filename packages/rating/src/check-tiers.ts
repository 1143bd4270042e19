import { compare, decimalViolations, parseDecimal, type Rational, ZERO } from '@tollgate/money';
import { checkFields, type Report } from './check-fields.ts';
import { isRecord, TIER_FIELDS } from './price-fields.ts';

/** More tiers than anybody can explain; keeps the cost of a line bounded. */
const TIERS_MAX = 1_000;

/**
 * Tiers must cover everything from zero on, once: each bound above the one before, only the last
 * without a bound, and a `from`, where given, exactly where the tier before ends.
 */
export function checkTiers(kind: string, tiers: unknown, broken: Report): void {
  if (!Array.isArray(tiers) || tiers.length === 0) {
    return broken('tiers', 'tiers_min_1', 'must be a list of at least one tier.');
  }
  if (tiers.length > TIERS_MAX) {
    return broken('tiers', 'tiers_max_1000', `must not be more than ${TIERS_MAX}.`);
  }
  let below: Rational | undefined = ZERO;
  // Unlike forEach this looks into the holes of a list, too.
  for (const [index, tier] of (tiers as unknown[]).entries()) {
    const path = `tiers[${index}]`;
    if (!isRecord(tier)) {
      broken(path, 'object', 'must be an object.');
      continue;
    }
    checkFields(tier, TIER_FIELDS[kind] ?? {}, `${path}.`, broken);
    checkFrom(tier['from'], below, `${path}.from`, broken);
    const bound = boundOf(tier['up_to']);
    const open = tier['up_to'] === undefined || tier['up_to'] === null;
    const last = index === tiers.length - 1;
    if (open && !last) broken(`${path}.up_to`, 'only_last_open', 'only the last has no bound.');
    if (!open && last) broken(`${path}.up_to`, 'last_open', 'the last must have no bound.');
    if (bound && below && bound.numerator > 0n && compare(bound, below) <= 0) {
      broken(`${path}.up_to`, 'ascending', 'must be above the bound of the tier before.');
    }
    // After a bound that is no number nothing can be said about the next one.
    below = bound;
  }
}

function checkFrom(from: unknown, below: Rational | undefined, field: string, broken: Report) {
  const start = boundOf(from);
  if (start === undefined || below === undefined) return;
  const order = compare(start, below);
  if (order > 0) broken(field, 'no_gap', 'leaves a gap behind the tier before.');
  if (order < 0) broken(field, 'no_overlap', 'overlaps the tier before.');
}

function boundOf(value: unknown): Rational | undefined {
  return decimalViolations(value).length === 0 ? parseDecimal(String(value)) : undefined;
}
