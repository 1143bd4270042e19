/** Every rule of this package that a caller can break. Stable: callers may switch on it. */
export type MoneyErrorReason =
  | 'INVALID_DECIMAL'
  | 'INVALID_CURRENCY'
  | 'INVALID_LOCALE'
  | 'CURRENCY_MISMATCH'
  | 'DIVISION_BY_ZERO'
  | 'OUT_OF_RANGE'
  | 'NOT_A_FINITE_DECIMAL'
  | 'INVALID_ALLOCATION'
  | 'INVALID_TAX'
  | 'INVALID_DISCOUNT';

/** One broken rule: `field` says where (a path such as `rates[1].code`), `rule` says which. */
export interface Violation {
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

/**
 * The one error this package throws. `violations` names every broken rule at once and is never
 * empty; the message joins them for people.
 */
export class MoneyError extends Error {
  readonly reason: MoneyErrorReason;
  readonly violations: readonly Violation[];

  constructor(reason: MoneyErrorReason, violations: readonly Violation[]) {
    super(violations.map(({ field, message }) => `${field}: ${message}`).join(' '));
    this.name = 'MoneyError';
    this.reason = reason;
    this.violations = violations;
  }
}

/** Shortcut for a failure with a single broken rule. */
export function moneyError(
  reason: MoneyErrorReason,
  field: string,
  rule: string,
  message: string,
): MoneyError {
  return new MoneyError(reason, [{ field, rule, message }]);
}
