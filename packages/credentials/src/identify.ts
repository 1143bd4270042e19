import { type Clock, createRecentTexts, isPromise } from '@tollgate/runtime/service';
import { type Denial, expired, invalid, missing, revoked } from './denial.ts';
import type { Credential } from './domain/credential.ts';
import { environmentOfSecret } from './domain/key-secret.ts';
import { type KnownKey, statusOfKey } from './domain/known-key.ts';
import { anonymous, type Identity } from './identity.ts';
import type { KeyDirectory } from './key-directory.ts';

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
  readonly keys: Pick<KeyDirectory, 'find'>;
  readonly hashSecret: (secret: string) => string;
  /** Whose an access token is, or why it is refused. */
  readonly ofToken: (token: string) => Promise<Identity | Denial>;
  readonly clock: Clock;
}

/** Says who a credential belongs to, or why it is refused, at a route's access. */
export type Identify = (
  credential: Credential,
  access: 'public' | 'credential',
) => Identity | Denial | Promise<Identity | Denial>;

/**
 * Who a credential belongs to, or why it is refused. A route open to all takes no credential for
 * anonymous; a bad one is refused there too. Throws, or rejects, only for faults of ours. A caller
 * that is known by its key is answered at once, without a promise, and with the same identity as
 * long as the key is the same.
 */
export function createIdentify({ keys, hashSecret, ofToken, clock }: IdentifyParts): Identify {
  const identities = new WeakMap<KnownKey, Identity>();
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

  function ofKey(key: KnownKey): Identity | Denial {
    if (key.expireTime || key.revokeTime) {
      const status = statusOfKey(key, clock.now());
      if (status !== 'active') return status === 'revoked' ? revoked : expired;
    }
    let identity = identities.get(key);
    if (!identity) identities.set(key, (identity = identityOfKey(key)));
    return identity;
  }

  return (credential, access) => {
    switch (credential.kind) {
      case 'none':
        return access === 'public' ? anonymous : missing;
      case 'unusable':
        return invalid;
      case 'api_key':
        return byKey(credential.text);
      case 'access_token':
        return ofToken(credential.text);
      default:
        throw new Error('unknown kind of credential', { cause: credential satisfies never });
    }
  };
}

function identityOfKey(key: KnownKey): Identity {
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
