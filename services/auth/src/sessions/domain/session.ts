import type { TenantId } from '@tollgate/api';
import { tokenLifeSecondsMax } from '../../access-tokens/domain/access-token.ts';

/** How long a refresh token is good when it is not used, in hours: thirty days. */
export const refreshTokenHours = 720;
/** A used refresh token answers the same once more for this long: the first answer may be lost. */
const refreshRetrySeconds = 10;

/** One login of one user in one tenant: a family of refresh tokens, of which one is unused. */
export interface Session {
  /** `ses_…` */
  readonly sessionId: string;
  readonly tenantId: TenantId;
  /** `usr_…` */
  readonly userId: string;
  readonly createTime: Temporal.Instant;
  /** No refresh token of it is good after this. */
  readonly expireTime: Temporal.Instant;
  readonly revokeTime?: Temporal.Instant;
}

/** A refresh token as it is known here, by its hash. */
export interface RefreshToken {
  /** SHA-256, hex. */
  readonly tokenHash: string;
  readonly tenantId: TenantId;
  readonly sessionId: string;
  readonly expireTime: Temporal.Instant;
  /** Absent: not used yet. */
  readonly useTime?: Temporal.Instant;
}

/** What becomes of a refresh token that somebody presents. */
export type RefreshDecision =
  /** Unused: use it up and hand out the next one. */
  | 'rotate'
  /** Used a moment ago: the answer was lost, hand out the same next one again. */
  | 'repeat'
  /** Used long ago: two hold it, and one of them is a thief. The session ends. */
  | 'reused'
  | 'expired'
  | 'revoked';

/** Decides about a presented refresh token. */
export function decideRefresh(
  token: Pick<RefreshToken, 'expireTime' | 'useTime'>,
  session: Pick<Session, 'revokeTime'>,
  at: Temporal.Instant,
): RefreshDecision {
  if (session.revokeTime) return 'revoked';
  if (token.useTime) {
    const retryUntil = token.useTime.add({ seconds: refreshRetrySeconds });
    return Temporal.Instant.compare(at, retryUntil) <= 0 ? 'repeat' : 'reused';
  }
  return Temporal.Instant.compare(at, token.expireTime) < 0 ? 'rotate' : 'expired';
}

/** From this instant on no access token of a session that ends now can be valid. */
export function forgetTime(revokedAt: Temporal.Instant): Temporal.Instant {
  return revokedAt.add({ seconds: tokenLifeSecondsMax });
}
