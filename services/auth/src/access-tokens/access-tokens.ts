import { randomUUID } from 'node:crypto';
import { isId, type TenantId } from '@tollgate/api';
import { isRole, type Role } from '@tollgate/api/words';
import { credentialExpired, credentialInvalid } from '@tollgate/runtime/errors';
import type { Clock } from '@tollgate/runtime/service';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { accessTokenSeconds, clockToleranceSeconds } from './domain/access-token.ts';
import type { KeyRing } from './key-ring.ts';

const algorithm = 'EdDSA';
const tokenType = 'at+jwt';
const issuer = 'tollgate';
const audience = 'tollgate-api';

/** Verified tokens that are remembered; the one unused for the longest goes first. */
const rememberedMax = 10_000;

/** What an access token says. */
export interface AccessClaims {
  /** `usr_…` */
  readonly userId: string;
  readonly tenantId: TenantId;
  readonly role: Role;
  /** `ses_…` */
  readonly sessionId: string;
  readonly expiresAtMs: number;
}

/** Signs and verifies users' access tokens (RFC 9068, Ed25519). */
export interface AccessTokens {
  sign(claims: Omit<AccessClaims, 'expiresAtMs'>): Promise<string>;
  /** What a good token says. Throws CREDENTIAL_INVALID or CREDENTIAL_EXPIRED. */
  verify(token: string): Promise<AccessClaims>;
}

/** Access tokens with the keys of a ring; verified ones are remembered until they end. */
export function createAccessTokens(parts: {
  keyRing: KeyRing;
  clock: Clock;
  /** Tokens remembered at once; absent: 10,000. */
  rememberedMax?: number;
}) {
  const { keyRing, clock } = parts;
  const remembered = new LRUCache<string, AccessClaims>({
    max: parts.rememberedMax ?? rememberedMax,
  });

  async function keyOf({ kid }: { kid?: string }) {
    const key = kid === undefined ? undefined : await keyRing.publicKey(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  }

  async function check(token: string): Promise<AccessClaims> {
    const { payload } = await jwtVerify(token, keyOf, {
      algorithms: [algorithm],
      typ: tokenType,
      issuer,
      audience,
      requiredClaims: ['sub', 'tid', 'role', 'sid', 'jti', 'iat', 'exp'],
      maxTokenAge: accessTokenSeconds,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(clock.now().epochMilliseconds),
    });
    return claimsOf(payload);
  }

  return {
    async sign({ userId, tenantId, role, sessionId }) {
      const { kid, privateKey } = keyRing.signer();
      const issuedAt = Math.floor(clock.now().epochMilliseconds / 1_000);
      return new SignJWT({ tid: tenantId, role, sid: sessionId })
        .setProtectedHeader({ alg: algorithm, typ: tokenType, kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setJti(randomUUID())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + accessTokenSeconds)
        .sign(privateKey);
    },
    async verify(token) {
      const known = remembered.get(token);
      if (known) {
        if (clock.now().epochMilliseconds < known.expiresAtMs) return known;
        remembered.delete(token);
      }
      const claims = await check(token).catch((error: unknown) => {
        throw refusalOf(error);
      });
      remembered.set(token, claims);
      return claims;
    },
  } satisfies AccessTokens;
}

/** A bad token is the caller's fault; anything else, such as no database, is ours. */
function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return credentialExpired(error);
  return error instanceof errors.JOSEError ? credentialInvalid(error) : error;
}

function claimsOf({ sub, tid, role, sid, exp = 0 }: JWTPayload): AccessClaims {
  if (!isId('usr', sub) || !isId('ten', tid) || !isId('ses', sid) || !isRole(role)) {
    throw new errors.JWTInvalid('claims of an access token');
  }
  return { userId: sub, tenantId: tid, role, sessionId: sid, expiresAtMs: exp * 1_000 };
}
