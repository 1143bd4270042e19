import { hkdfSync } from 'node:crypto';
import type {
  AnonymousPrincipal,
  ApiKeyPrincipal,
  ServiceName,
  UserPrincipal,
} from '@tollgate/api';
import { importJWK, SignJWT } from 'jose';
import type { Clock } from '../clock/clock.ts';
import {
  internalTokenAlgorithm,
  internalTokenAudience,
  internalTokenLifetimeMsMax,
  internalTokenType,
} from './internal-token.ts';
import type { PrivateServiceKey } from './service-keys.ts';

/** What Auth asserts about a caller: a principal, with the scopes when it is an API key. */
export type PrincipalClaims = (
  | Omit<UserPrincipal, 'permissions'>
  | ApiKeyClaims
  | Omit<AnonymousPrincipal, 'permissions'>
) & {
  /** How long the token is good, in milliseconds; absent and at most: five minutes. */
  readonly lifetimeMs?: number;
};

interface ApiKeyClaims extends Omit<ApiKeyPrincipal, 'permissions'> {
  /** The key's scopes; a user's permissions follow from the role instead. */
  readonly permissions: Iterable<string>;
}

/** A service's own signature. */
export interface ServiceIdentity {
  readonly name: ServiceName;
  /** A token that says "I am this service"; the same one until a minute before its end. */
  signServiceToken(): Promise<string>;
  /** A token that says who a caller is. Only Auth may; throws for every other service. */
  signPrincipalToken(claims: PrincipalClaims): Promise<string>;
  /** 32 bytes that only holders of this service's key can make, others for each purpose. */
  deriveKey(purpose: string): Uint8Array;
}

/** A cached service token is replaced when it has less than this to live. */
const renewBeforeMs = 60_000;

/** The identity that goes with a service's private key. */
export function createServiceIdentity(options: {
  key: PrivateServiceKey;
  clock: Clock;
}): ServiceIdentity {
  const { key, clock } = options;
  const name = key.kid;
  const privateKey = importJWK({ ...key }, internalTokenAlgorithm);
  let own: { token: Promise<string>; renewAtMs: number } | undefined;

  async function sign(payload: object, lifetimeMs: number): Promise<string> {
    const issuedAt = Math.floor(clock.now().epochMilliseconds / 1_000);
    const lifetimeSeconds = Math.floor(Math.min(lifetimeMs, internalTokenLifetimeMsMax) / 1_000);
    return new SignJWT({ ...payload })
      .setProtectedHeader({ alg: internalTokenAlgorithm, typ: internalTokenType, kid: name })
      .setIssuer(name)
      .setAudience(internalTokenAudience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSeconds)
      .sign(await privateKey);
  }

  return {
    name,
    signServiceToken() {
      const nowMs = clock.now().epochMilliseconds;
      if (!own || nowMs >= own.renewAtMs) {
        const claims = { kind: 'service', sub: `service:${name}`, env: 'live' };
        own = {
          token: sign(claims, internalTokenLifetimeMsMax),
          renewAtMs: nowMs + internalTokenLifetimeMsMax - renewBeforeMs,
        };
      }
      return own.token;
    },
    async signPrincipalToken(claims) {
      if (name !== 'auth') throw new Error(`${name} may not say who a caller is; only auth may.`);
      return sign(toTokenClaims(claims), claims.lifetimeMs ?? internalTokenLifetimeMsMax);
    },
    deriveKey(purpose) {
      const secret = Buffer.from(key.d, 'base64url');
      return new Uint8Array(hkdfSync('sha256', secret, '', `tollgate:${name}:${purpose}`, 32));
    },
  };
}

/** The token's claims; absent ones are left out by JSON. */
function toTokenClaims(claims: PrincipalClaims): object {
  const { kind, subject: sub, tenantId: tid, environment: env } = claims;
  const common = { kind, sub, tid, env };
  if (claims.kind === 'user') return { ...common, role: claims.role, sid: claims.sessionId };
  if (claims.kind === 'anonymous') return common;
  return { ...common, perms: [...claims.permissions], key: claims.keyId };
}
