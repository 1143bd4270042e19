import type { Client } from '@connectrpc/connect';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import type { Database, Rows } from '@tollgate/runtime/database';
import { credentialExpired, credentialInvalid } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import type { AccessTokens } from '../access-tokens/access-tokens.ts';
import { nextRefreshToken, refreshTokenHash } from './domain/refresh-token.ts';
import {
  decideRefresh,
  forgetTime,
  type RefreshDecision,
  refreshTokenHours,
} from './domain/session.ts';
import { fromProtoMembership } from './membership-proto.ts';
import { revokeSession } from './revoke-session.ts';
import type { SessionDirectory } from './session-directory.ts';
import {
  findRefreshToken,
  insertRefreshToken,
  updateRefreshToken,
  updateSession,
} from './session-store.ts';
import { sessionTokens } from './session-tokens.ts';

/** What a refresh works with. */
export interface RefreshParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly accessTokens: AccessTokens;
  readonly sessions: SessionDirectory;
  readonly tenants: Client<typeof TenantInternalService>;
  /** Makes the next refresh token of the present one. */
  readonly refreshKey: Uint8Array;
}

/**
 * Trades a refresh token for the next pair, with the role that the user has by now. The next token
 * follows from the present one, so that a retry within ten seconds gets the same; a later reuse ends
 * the session, because then two hold the token.
 */
export function refresh(parts: RefreshParts) {
  const { database, clock, accessTokens, sessions, tenants, refreshKey } = parts;
  return handler(AuthService.method.refresh, async ({ refreshToken }) => {
    const tokenHash = refreshTokenHash(refreshToken);
    const found = await database.system((rows) => findRefreshToken(rows, tokenHash));
    if (!found) throw credentialInvalid();
    const { sessionId, userId, tenantId } = found.session;
    // Before the token is used up: when Tenant does not answer, the client can try again.
    const { memberships } = await tenants.listMemberships({ userId });
    const member = memberships.find((one) => one.tenantId === tenantId);
    if (!member) throw credentialInvalid();
    const { role } = fromProtoMembership(member);

    const next = nextRefreshToken(refreshKey, refreshToken);
    const decision = await database.system((rows) =>
      trade(rows, { tokenHash, next, at: clock.now() }),
    );
    if (decision === 'reused') sessions.revoke(sessionId, forgetTime(clock.now()));
    if (decision === 'expired') throw credentialExpired();
    if (decision === 'reused' || decision === 'revoked') throw credentialInvalid();
    const session = { sessionId, userId, tenantId, role, refreshToken: next };
    return sessionTokens(accessTokens, session);
  });
}

/** Decides under a lock on the session, and writes what follows. The decision is committed, always. */
async function trade(
  rows: Rows,
  { tokenHash, next, at }: { tokenHash: string; next: string; at: Temporal.Instant },
): Promise<RefreshDecision> {
  const presented = await findRefreshToken(rows, tokenHash, { lock: 'update' });
  if (!presented) return 'revoked';
  const { token, session } = presented;
  const decision = decideRefresh(token, session, at);
  if (decision === 'reused') await revokeSession(rows, session, at);
  if (decision === 'rotate') {
    const { tenantId, sessionId } = session;
    const expireTime = at.add({ hours: refreshTokenHours });
    await updateRefreshToken(rows, { ...token, useTime: at });
    await updateSession(rows, { ...session, expireTime });
    const following = { tokenHash: refreshTokenHash(next), tenantId, sessionId, expireTime };
    insertRefreshToken(rows, following);
  }
  return decision;
}
