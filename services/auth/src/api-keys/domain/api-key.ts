import type { KnownKey } from '@tollgate/credentials/known-key';

/** An API key without its secret. */
export interface ApiKey extends KnownKey {
  /** The label its owner gave it. */
  readonly name: string;
  readonly last4: string;
  readonly createTime: Temporal.Instant;
}
