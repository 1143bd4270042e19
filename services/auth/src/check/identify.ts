import { type Clock, permissionsOfRole, reasonOf } from '@tollgate/runtime';
import { type ApiKey, statusOfKey } from '../domain/api-key.ts';
import type { Credential } from '../domain/credential.ts';
import { environmentOfSecret } from '../domain/key-secret.ts';
import type { AccessClaims, AccessTokens } from '../tokens/access-tokens.ts';
import { type Denial, expired, invalid, missing, revoked } from './denial.ts';
import { anonymous, type Identity } from './identity.ts';
import type { KeyDirectory } from './key-directory.ts';
import type { SessionDirectory } from './session-directory.ts';

/** What identification looks things up in. */
export interface IdentifyParts {
  readonly keys: KeyDirectory;
  readonly sessions: SessionDirectory;
  readonly accessTokens: AccessTokens;
  readonly hashSecret: (secret: string) => string;
  readonly clock: Clock;
}

/**
 * Who a credential belongs to, or why it is refused. A route open to all takes no credential for
 * anonymous; a bad one is refused there too. Throws only for faults of ours.
 */
export function createIdentify(parts: IdentifyParts) {
  const identities = new WeakMap<ApiKey, Identity>();

  async function byKey(secret: string): Promise<Identity | Denial> {
    if (environmentOfSecret(secret) === undefined) return invalid;
    const key = await parts.keys.find(parts.hashSecret(secret));
    if (!key) return invalid;
    const status = statusOfKey(key, parts.clock.now());
    if (status !== 'active') return status === 'revoked' ? revoked : expired;
    const identity = identities.get(key) ?? identityOfKey(key);
    identities.set(key, identity);
    return identity;
  }

  async function byToken(token: string): Promise<Identity | Denial> {
    let claims: AccessClaims;
    try {
      claims = await parts.accessTokens.verify(token);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === 'CREDENTIAL_EXPIRED') return expired;
      if (reason === 'CREDENTIAL_INVALID') return invalid;
      throw error;
    }
    return parts.sessions.isRevoked(claims.sessionId) ? expired : identityOfUser(claims);
  }

  return async function identify(
    credential: Credential,
    access: 'public' | 'credential',
  ): Promise<Identity | Denial> {
    switch (credential.kind) {
      case 'none':
        return access === 'public' ? anonymous : missing;
      case 'unusable':
        return invalid;
      case 'api_key':
        return byKey(credential.text);
      case 'access_token':
        return byToken(credential.text);
      default:
        throw new Error('unknown kind of credential', { cause: credential satisfies never });
    }
  };
}

function identityOfKey(key: ApiKey): Identity {
  const { keyId, tenantId, environment, scopes, limit } = key;
  return {
    claims: {
      kind: 'api_key',
      subject: keyId,
      tenantId,
      environment,
      keyId,
      permissions: scopes,
    },
    tenant: tenantId,
    environment,
    key: keyId,
    keyLimit: limit ? `${limit.requests}/${limit.seconds}` : 'none',
    permissions: new Set(scopes),
    cacheKey: keyId,
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
