import { permissionsOfRole } from '@tollgate/api';
import { type Denial, expired, type Identity, invalid } from '@tollgate/credentials';
import { reasonOf } from '@tollgate/runtime/errors';
import type { AccessClaims, AccessTokens } from '../access-tokens/access-tokens.ts';
import type { SessionDirectory } from '../sessions/session-directory.ts';

/**
 * Whose an access token is, or why it is refused: it is bad, or its session has ended. Rejects for
 * faults of ours only. The same identity as long as the token's claims are remembered, so that
 * answers can be kept.
 */
export function createIdentifyToken(parts: {
  accessTokens: AccessTokens;
  sessions: SessionDirectory;
}) {
  const identities = new WeakMap<AccessClaims, Identity>();
  return async (token: string): Promise<Identity | Denial> => {
    let claims: AccessClaims;
    try {
      claims = await parts.accessTokens.verify(token);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === 'CREDENTIAL_EXPIRED') return expired;
      if (reason === 'CREDENTIAL_INVALID') return invalid;
      throw error;
    }
    if (parts.sessions.isRevoked(claims.sessionId)) return expired;
    let identity = identities.get(claims);
    if (!identity) identities.set(claims, (identity = identityOfUser(claims)));
    return identity;
  };
}

function identityOfUser({ userId, tenantId, role, sessionId }: AccessClaims): Identity {
  const environment = 'live';
  return {
    claims: { kind: 'user', subject: userId, tenantId, environment, role, sessionId },
    tenant: tenantId,
    environment,
    key: userId,
    keyLimit: 'none',
    permissions: permissionsOfRole[role],
    cacheKey: `${sessionId} ${role}`,
  };
}
