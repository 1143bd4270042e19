import { compareMoney, sameCurrency } from '@tollgate/money';
import type { Plan } from '../../catalogue/domain/plan.ts';

/**
 * Whether moving from one plan to another counts as an upgrade: its monthly fee is at least the
 * present one. Fees in two currencies cannot be compared, so a change of currency is an upgrade
 * only from a plan without a fee.
 */
export function isUpgrade({ from, to }: { from: Plan; to: Plan }): boolean {
  if (from.monthlyFee.minorUnits === 0n) return true;
  if (!sameCurrency(from.monthlyFee.currency, to.monthlyFee.currency)) return false;
  return compareMoney(to.monthlyFee, from.monthlyFee) >= 0;
}
