import type { Violation } from '@tollgate/money';

/** Every rule of this package that a caller can break. Stable: callers may switch on it. */
export type RatingErrorReason =
  | 'INVALID_PRICE'
  | 'INVALID_USAGE'
  | 'INVALID_INPUT'
  | 'INVALID_LINE'
  | 'INVALID_CHANGE'
  | 'INVALID_SEGMENTS'
  | 'INVALID_CREDIT_NOTE';

/**
 * The one error this package throws. `violations` names every broken rule at once by field and
 * rule and is never empty; the message joins them for people.
 */
export class RatingError extends Error {
  readonly reason: RatingErrorReason;
  readonly violations: readonly Violation[];

  constructor(reason: RatingErrorReason, violations: readonly Violation[]) {
    super(violations.map(({ field, message }) => `${field}: ${message}`).join(' '));
    this.name = 'RatingError';
    this.reason = reason;
    this.violations = violations;
  }
}

/** Shortcut for a failure with a single broken rule. */
export function ratingError(
  reason: RatingErrorReason,
  field: string,
  rule: string,
  message: string,
): RatingError {
  return new RatingError(reason, [{ field, rule, message }]);
}
