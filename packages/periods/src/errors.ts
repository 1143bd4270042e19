/** Every rule of this package that a caller can break. Stable: callers may switch on it. */
export type PeriodErrorReason =
  | 'EMPTY_PERIOD'
  | 'INVALID_ZONE'
  | 'INVALID_CYCLE'
  | 'INVALID_NUMBER'
  | 'INVALID_INSTANT'
  | 'INVALID_MONTH'
  | 'INVALID_DATE'
  | 'INVALID_DURATION'
  | 'INVALID_SHARE'
  | 'INVALID_TERM'
  | 'TOO_MANY';

/** One broken rule: `field` says which argument (or property of one) breaks it, `rule` which. */
export interface Violation {
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

/**
 * The one error this package throws. `violations` names every broken rule at once and is never
 * empty; the message joins them for people. `reason` is that of the first.
 */
export class PeriodError extends Error {
  readonly reason: PeriodErrorReason;
  readonly violations: readonly Violation[];

  constructor(reason: PeriodErrorReason, violations: readonly Violation[], cause?: unknown) {
    super(violations.map(({ field, message }) => `${field}: ${message}`).join(' '), { cause });
    this.name = 'PeriodError';
    this.reason = reason;
    this.violations = violations;
  }
}

/** Refuses with a reason when anything is violated. */
export function refuse(reason: PeriodErrorReason, violations: readonly Violation[]): void {
  if (violations.length > 0) throw new PeriodError(reason, violations);
}
