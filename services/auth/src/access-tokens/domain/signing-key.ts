import { tokenLifeSecondsMax } from './access-token.ts';

/** How long one key signs, in hours: ninety days. */
const signHours = 2_160;
/** How long a key is published before it signs, in hours, so that every verifier knows it. */
const publishAheadHours = 24;

/** When a key signs and how long it is published. Half-open: `signFrom <= t < signUntil`. */
export interface SigningKeyTimes {
  readonly kid: string;
  readonly signFrom: Temporal.Instant;
  readonly signUntil: Temporal.Instant;
}

/** A key as it is stored. */
export interface SealedSigningKey extends SigningKeyTimes {
  /** The public key, base64url. */
  readonly publicX: string;
  /** The private key, encrypted; `kid` is bound to it. */
  readonly privateSealed: Uint8Array;
}

/**
 * From when the next key must sign, if one must be made now: at once when none signs, and a day
 * ahead of the end of the present one. Undefined: nothing to do.
 */
export function nextKeyFrom(
  keys: readonly SigningKeyTimes[],
  at: Temporal.Instant,
): Temporal.Instant | undefined {
  const lastUntil = keys
    .map((key) => key.signUntil)
    .reduce((latest, until) => (isBefore(latest, until) ? until : latest), at);
  if (!isBefore(at, lastUntil)) return at;
  return isBefore(lastUntil, at.add({ hours: publishAheadHours })) ? lastUntil : undefined;
}

/** When a key that signs from an instant stops to sign. */
export function signUntil(signFrom: Temporal.Instant): Temporal.Instant {
  return signFrom.add({ hours: signHours });
}

/** The key that signs at an instant; of several, which two first starts at once may make, the last. */
export function signingKeyAt<K extends SigningKeyTimes>(
  keys: readonly K[],
  at: Temporal.Instant,
): K | undefined {
  return keys
    .filter((key) => !isBefore(at, key.signFrom) && isBefore(at, key.signUntil))
    .sort((a, b) => Temporal.Instant.compare(b.signFrom, a.signFrom))[0];
}

/** Whether a token signed with this key may still be good, or will be. */
export function isPublished(key: SigningKeyTimes, at: Temporal.Instant): boolean {
  return isBefore(at, key.signUntil.add({ seconds: tokenLifeSecondsMax }));
}

function isBefore(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) < 0;
}
