import { compareMoney, sameCurrency } from '@tollgate/money';
import type { Plan } from '../../catalogue/domain/plan.ts';
import { recurringFee } from '../../catalogue/domain/plan-terms.ts';

/**
 * Whether moving from one plan to another counts as an upgrade: its fees for a month are at least
 * the present ones. Fees in two currencies cannot be compared, so a change of currency is an
 * upgrade only from a plan without a fee.
 */
export function isUpgrade({ from, to }: { from: Plan; to: Plan }): boolean {
  const [present, wanted] = [recurringFee(from), recurringFee(to)];
  if (present.minorUnits === 0n) return true;
  if (!sameCurrency(present.currency, wanted.currency)) return false;
  return compareMoney(wanted, present) >= 0;
}
