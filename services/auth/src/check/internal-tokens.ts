import { type Clock, internalTokenLifetimeMsMax, type ServiceIdentity } from '@tollgate/runtime';
import type { Identity } from './identity.ts';

/** A remembered token is replaced when it has less than this to live. */
const renewBeforeMs = 60_000;
/** Callers whose token is remembered; the one unused for the longest goes first. */
const rememberedMax = 20_000;

/** Internal tokens, one per caller and four minutes: signing each request anew would cost most. */
export function createInternalTokens(parts: { identity: ServiceIdentity; clock: Clock }) {
  const remembered = new Map<string, { token: Promise<string>; renewAtMs: number }>();
  return function tokenOf({ cacheKey, claims }: Identity): Promise<string> {
    const nowMs = parts.clock.now().epochMilliseconds;
    const known = remembered.get(cacheKey);
    remembered.delete(cacheKey);
    const made =
      known && nowMs < known.renewAtMs
        ? known
        : {
            token: parts.identity.signPrincipalToken(claims),
            renewAtMs: nowMs + internalTokenLifetimeMsMax - renewBeforeMs,
          };
    remembered.set(cacheKey, made);
    if (remembered.size > rememberedMax) {
      remembered.delete(remembered.keys().next().value ?? cacheKey);
    }
    return made.token;
  };
}
