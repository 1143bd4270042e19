import type { Identity } from '@tollgate/credentials';
import { internalTokenLifetimeMsMax, type ServiceIdentity } from '@tollgate/runtime/rpc';
import { type Clock, createRecentTexts } from '@tollgate/runtime/service';

/** A remembered token is replaced when it has less than this to live. */
const renewBeforeMs = 60_000;
/** Callers whose token is remembered; those unused for the longest go first. */
const rememberedMax = 20_000;

interface Remembered {
  /** A promise only until it is signed: what is ready is answered at once. */
  token: string | Promise<string>;
  readonly renewAtMs: number;
}

/** Internal tokens, one per caller and four minutes: signing each request anew would cost most. */
export function createInternalTokens(parts: { identity: ServiceIdentity; clock: Clock }) {
  const remembered = createRecentTexts<Remembered>(rememberedMax);
  return function tokenOf({ cacheKey, claims }: Identity): string | Promise<string> {
    const nowMs = parts.clock.now().epochMilliseconds;
    const known = remembered.get(cacheKey);
    if (known && nowMs < known.renewAtMs) return known.token;
    const signing = parts.identity.signPrincipalToken(claims);
    const made: Remembered = {
      token: signing,
      renewAtMs: nowMs + internalTokenLifetimeMsMax - renewBeforeMs,
    };
    remembered.set(cacheKey, made);
    signing.then(
      (token) => (made.token = token),
      // The callers who wait for it are told; the next one has it signed again.
      () => remembered.delete(cacheKey),
    );
    return signing;
  };
}
