/** Every rule of this package that a caller can break. Stable: callers may switch on it. */
export type PeriodErrorReason =
  | 'EMPTY_PERIOD'
  | 'INVALID_ZONE'
  | 'INVALID_CYCLE'
  | 'INVALID_NUMBER'
  | 'INVALID_MONTH'
  | 'INVALID_DATE'
  | 'INVALID_DURATION'
  | 'INVALID_SHARE'
  | 'TOO_MANY';

/** The one error this package throws; `field` names the argument that broke the rule. */
export class PeriodError extends Error {
  readonly reason: PeriodErrorReason;
  readonly field: string;

  constructor(reason: PeriodErrorReason, field: string, message: string) {
    super(`${field}: ${message}`);
    this.name = 'PeriodError';
    this.reason = reason;
    this.field = field;
  }
}
