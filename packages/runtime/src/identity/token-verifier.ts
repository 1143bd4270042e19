import {
  isId,
  isInternal,
  isServiceName,
  PLATFORM_TENANT_ID,
  type Principal,
  permissionsOfRole,
  permissionsOfService,
  type TenantId,
} from '@tollgate/api';
import { type Environment, isEnvironment, isRole } from '@tollgate/api/words';
import { errors, importJWK, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock/clock.ts';
import { credentialExpired, credentialInvalid } from '../errors/shared-failures.ts';
import {
  internalTokenAlgorithm,
  internalTokenAudience,
  internalTokenLifetimeMsMax,
  internalTokenType,
} from './internal-token.ts';
import type { PublicServiceKey } from './service-keys.ts';

/** Turns an internal token into the principal it speaks of. */
export interface TokenVerifier {
  /**
   * The principal of a valid token. Throws CREDENTIAL_INVALID or CREDENTIAL_EXPIRED; the cause, for
   * the log, says what was wrong.
   */
  verify(token: string): Promise<Principal>;
}

/** Verified tokens that are remembered; the one unused for the longest goes first. */
const rememberedMax = 10_000;
/** Clocks of two machines may differ by this much. */
const clockToleranceSeconds = 5;
/** No token of ours is longer: a longer one is refused unread. */
const tokenCharactersMax = 8_192;

/** A verifier that trusts these keys. Good tokens are verified once and remembered until they end. */
export function createTokenVerifier(options: {
  publicKeys: readonly PublicServiceKey[];
  clock: Clock;
  /** Tokens remembered at once; absent: 10,000. */
  rememberedMax?: number;
}): TokenVerifier {
  const { clock } = options;
  const keys = new Map(
    options.publicKeys.map((key) => [
      key.kid as string,
      importJWK({ ...key }, internalTokenAlgorithm),
    ]),
  );
  const known = new LRUCache<string, { principal: Principal; expiresAtMs: number }>({
    max: options.rememberedMax ?? rememberedMax,
  });

  async function keyOf({ kid }: JWTHeaderParameters) {
    const key = kid === undefined ? undefined : keys.get(kid);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key;
  }

  async function check(token: string) {
    const { payload, protectedHeader } = await jwtVerify(token, keyOf, {
      algorithms: [internalTokenAlgorithm],
      typ: internalTokenType,
      audience: internalTokenAudience,
      requiredClaims: ['iss', 'sub', 'iat', 'exp'],
      maxTokenAge: internalTokenLifetimeMsMax / 1_000,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(clock.now().epochMilliseconds),
    });
    if (payload.iss !== protectedHeader.kid) throw new Error('issuer is not the signer');
    const expiresAtMs = (payload.exp ?? 0) * 1_000;
    return { principal: principalOf(payload), expiresAtMs };
  }

  return {
    async verify(token) {
      const remembered = known.get(token);
      if (remembered) {
        if (clock.now().epochMilliseconds < remembered.expiresAtMs) return remembered.principal;
        known.delete(token);
      }
      if (token.length > tokenCharactersMax) throw credentialInvalid(new Error('token too long'));
      const checked = await check(token).catch((error: unknown) => {
        throw error instanceof errors.JWTExpired
          ? credentialExpired(error)
          : credentialInvalid(error);
      });
      known.set(token, checked);
      return checked.principal;
    },
  };
}

/** The principal that a token's claims describe. Throws when the issuer may not say so. */
function principalOf(claims: JWTPayload): Principal {
  const { iss, sub = '', kind, tid, env, role, perms, key, sid } = claims;
  if (kind === 'service') {
    if (!isServiceName(iss) || sub !== `service:${iss}`) throw new Error('not its own service');
    return { kind, subject: sub, environment: 'live', permissions: permissionsOfService[iss] };
  }
  if (iss !== 'auth') throw new Error('only auth may say who a caller is');
  if (!isEnvironment(env)) throw new Error('no environment');
  if (kind === 'anonymous') {
    return { kind, subject: sub, environment: env, permissions: new Set() };
  }
  if (!isId('ten', tid)) throw new Error('no tenant');
  const common = { subject: sub, tenantId: tid, environment: env } as const;
  if (kind === 'user') return userOf(common, { role, sid });
  if (kind === 'api_key' && typeof key === 'string') {
    return { ...common, kind, keyId: key, permissions: scopesOf(perms) };
  }
  throw new Error('unknown kind of caller');
}

function userOf(
  common: { subject: string; tenantId: TenantId; environment: Environment },
  { role, sid }: { role: unknown; sid: unknown },
): Principal {
  if (!isRole(role)) throw new Error('unknown role');
  if (role === 'platform_admin' && common.tenantId !== PLATFORM_TENANT_ID) {
    throw new Error('an operator of another tenant than the platform');
  }
  const session = typeof sid === 'string' ? { sessionId: sid } : {};
  return { ...common, kind: 'user', role, ...session, permissions: permissionsOfRole[role] };
}

/** The scopes of a key. An internal permission is no scope, whatever a token says. */
function scopesOf(value: unknown): Set<string> {
  const texts = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  return new Set(texts.filter((text) => !isInternal(text)));
}
