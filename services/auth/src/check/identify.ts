import { permissionsOfRole } from '@tollgate/api';
import { reasonOf } from '@tollgate/runtime/errors';
import { type Clock, createRecentTexts, isPromise } from '@tollgate/runtime/service';
import type { AccessClaims, AccessTokens } from '../access-tokens/access-tokens.ts';
import { type ApiKey, statusOfKey } from '../api-keys/domain/api-key.ts';
import { environmentOfSecret } from '../api-keys/domain/key-secret.ts';
import type { KeyDirectory } from '../api-keys/key-directory.ts';
import type { SessionDirectory } from '../sessions/session-directory.ts';
import { type Denial, expired, invalid, missing, revoked } from './denial.ts';
import type { Credential } from './domain/credential.ts';
import { anonymous, type Identity } from './identity.ts';

/**
 * Secrets whose hash is remembered. Hashing the same secret at each request would cost more than all
 * else. Only secrets of keys that exist get here, so guessing pushes none out. The time of a look
 * tells nothing about them: a map hashes with a seed of its process, so that a guess, however near,
 * is compared with a random few. They are in this memory as long as their keys are in use, and in
 * that of any process that reads requests; none is written anywhere.
 */
const hashesMax = 20_000;

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
 * anonymous; a bad one is refused there too. Throws, or rejects, only for faults of ours. A caller
 * that is known by its key is answered at once, without a promise.
 */
export function createIdentify(parts: IdentifyParts) {
  const { keys, sessions, accessTokens, hashSecret, clock } = parts;
  const identities = new WeakMap<ApiKey | AccessClaims, Identity>();
  const hashes = createRecentTexts<string>(hashesMax);

  function byKey(secret: string): Identity | Denial | Promise<Identity | Denial> {
    const hash = hashes.get(secret);
    // Whoever was known may be revoked by now: only the hash is taken from memory.
    const known = hash === undefined ? undefined : keys.find(hash);
    if (hash === undefined || known === undefined || isPromise(known)) return byNewKey(secret);
    return ofKey(known);
  }

  async function byNewKey(secret: string): Promise<Identity | Denial> {
    if (environmentOfSecret(secret) === undefined) return invalid;
    const hash = hashSecret(secret);
    const key = await keys.find(hash);
    if (!key) return invalid;
    hashes.set(secret, hash);
    return ofKey(key);
  }

  function ofKey(key: ApiKey): Identity | Denial {
    if (key.expireTime || key.revokeTime) {
      const status = statusOfKey(key, clock.now());
      if (status !== 'active') return status === 'revoked' ? revoked : expired;
    }
    return remembered(key, () => identityOfKey(key));
  }

  /** The same identity as long as what it was made of is the same, so that answers can be kept. */
  function remembered<T extends ApiKey | AccessClaims>(of: T, make: () => Identity): Identity {
    let identity = identities.get(of);
    if (!identity) identities.set(of, (identity = make()));
    return identity;
  }

  async function byToken(token: string): Promise<Identity | Denial> {
    let claims: AccessClaims;
    try {
      claims = await accessTokens.verify(token);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === 'CREDENTIAL_EXPIRED') return expired;
      if (reason === 'CREDENTIAL_INVALID') return invalid;
      throw error;
    }
    if (sessions.isRevoked(claims.sessionId)) return expired;
    return remembered(claims, () => identityOfUser(claims));
  }

  return function identify(
    credential: Credential,
    access: 'public' | 'credential',
  ): Identity | Denial | Promise<Identity | Denial> {
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
    cacheKey: [keyId, ...scopes].join(' '),
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
