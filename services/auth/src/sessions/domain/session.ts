import type { TenantId } from '@tollgate/api';

/** How long an access token is good, in seconds. */
export const accessTokenSeconds = 600;
/** Clocks of verifiers may differ by this much, in seconds. */
export const clockToleranceSeconds = 5;
/** How long a refresh token is good when it is not used, in hours: thirty days. */
export const refreshTokenHours = 720;
/** A used refresh token answers the same once more for this long: the first answer may be lost. */
export const refreshRetrySeconds = 10;

/** One login of one user in one tenant: a family of refresh tokens, of which one is unused. */
export interface Session {
  /** `ses_…` */
  readonly sessionId: string;
  readonly tenantId: TenantId;
  /** `usr_…` */
  readonly userId: string;
  readonly createTime: Temporal.Instant;
  readonly revokeTime?: Temporal.Instant;
}

/** A refresh token as it is known here, by its hash. */
export interface RefreshToken {
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
  token: RefreshToken,
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
  return revokedAt.add({ seconds: accessTokenSeconds + clockToleranceSeconds });
}
