import type { Client } from '@connectrpc/connect';
import type { TenantId } from '@tollgate/api';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import type { Database, Rows } from '@tollgate/runtime/database';
import { credentialExpired, credentialInvalid } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import type { SessionDirectory } from './session-directory.ts';
import {
  decideRefresh,
  forgetTime,
  type RefreshDecision,
  refreshTokenHours,
} from './domain/session.ts';
import { insertRefreshToken, refreshTokenHash } from './open-session.ts';
import { fromRefreshTokenRow, RefreshTokenRow } from './refresh-token-row.ts';
import { revokeSession } from './revoke-session.ts';
import { fromSessionRow, SessionRow } from './session-row.ts';
import type { AccessTokens } from '../access-tokens/access-tokens.ts';
import { fromProtoMembership } from './membership-proto.ts';
import { sessionTokens } from './session-tokens.ts';

/** What a refresh works with. */
export interface RefreshParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly accessTokens: AccessTokens;
  readonly sessions: SessionDirectory;
  readonly tenants: Client<typeof TenantInternalService>;
  readonly nextRefreshToken: (refreshToken: string) => string;
}

/**
 * Trades a refresh token for the next pair, with the role that the user has by now. The next token
 * follows from the present one, so that a retry within ten seconds gets the same; a later reuse ends
 * the session, because then two hold the token.
 */
export function refresh(parts: RefreshParts) {
  return handler(AuthService.method.refresh, async ({ refreshToken }) => {
    const tokenHash = refreshTokenHash(refreshToken);
    const found = await parts.database.system((rows) => findSession(rows, tokenHash));
    if (!found) throw credentialInvalid();
    const { sessionId, userId } = found;
    const tenantId = found.tenantId as TenantId;
    // Before the token is used up: when Tenant does not answer, the client can try again.
    const { memberships } = await parts.tenants.listMemberships({ userId });
    const member = memberships.find((one) => one.tenantId === tenantId);
    if (!member) throw credentialInvalid();
    const { role } = fromProtoMembership(member);

    const next = parts.nextRefreshToken(refreshToken);
    const decision = await parts.database.system((rows) => trade(rows, { tokenHash, next }, parts));
    if (decision === 'reused') parts.sessions.revoke(sessionId, forgetTime(parts.clock.now()));
    if (decision === 'expired') throw credentialExpired();
    if (decision === 'reused' || decision === 'revoked') throw credentialInvalid();
    return sessionTokens(parts.accessTokens, {
      sessionId,
      userId,
      tenantId,
      role,
      refreshToken: next,
    });
  });
}

async function findSession(rows: Rows, tokenHash: string): Promise<SessionRow | null> {
  const token = await rows.find(RefreshTokenRow, { tokenHash });
  return token && rows.find(SessionRow, { sessionId: token.sessionId });
}

/** Decides under a lock on the session, and writes what follows. The decision is committed, always. */
async function trade(
  rows: Rows,
  { tokenHash, next }: { tokenHash: string; next: string },
  { clock }: Pick<RefreshParts, 'clock'>,
): Promise<RefreshDecision> {
  const at = clock.now();
  const token = await rows.find(RefreshTokenRow, { tokenHash }, { lock: 'update' });
  const session =
    token && (await rows.find(SessionRow, { sessionId: token.sessionId }, { lock: 'update' }));
  if (!token || !session) return 'revoked';
  const decision = decideRefresh(fromRefreshTokenRow(token), fromSessionRow(session), at);
  if (decision === 'reused') revokeSession(rows, session, at);
  if (decision === 'rotate') {
    const { tenantId, sessionId } = token;
    const expireTime = at.add({ hours: refreshTokenHours });
    token.useTime = at;
    session.expireTime = expireTime;
    insertRefreshToken(rows, { refreshToken: next, tenantId, sessionId, expireTime });
  }
  return decision;
}
