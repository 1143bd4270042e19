import type { TenantId } from '@tollgate/api';
import type { ApiKeyStatus, Environment } from '@tollgate/api/words';

/** A limit of a key's own: so many requests in a window, and in one burst. */
export interface KeyLimit {
  readonly requests: number;
  readonly seconds: number;
}

/** What must be known of an API key to say who comes with its secret. Nothing of it is secret. */
export interface KnownKey {
  /** `key_…` */
  readonly keyId: string;
  readonly tenantId: TenantId;
  readonly environment: Environment;
  /** Permissions. */
  readonly scopes: readonly string[];
  /** HMAC-SHA-256 of the secret, hex. */
  readonly secretHash: string;
  /** Absent: never. */
  readonly expireTime?: Temporal.Instant;
  /** Absent: it was not. */
  readonly revokeTime?: Temporal.Instant;
  readonly limit?: KeyLimit;
}

/** State of a key at an instant. Revoked is for good. */
export function statusOfKey(
  key: Pick<KnownKey, 'revokeTime' | 'expireTime'>,
  at: Temporal.Instant,
): ApiKeyStatus {
  if (key.revokeTime) return 'revoked';
  if (key.expireTime && Temporal.Instant.compare(key.expireTime, at) <= 0) return 'expired';
  return 'active';
}
