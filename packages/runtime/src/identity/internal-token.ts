/** The token's `typ`: no other token that is signed with the same key passes for one. */
export const internalTokenType = 'tollgate-internal+jwt';

/** The token's `aud`. */
export const internalTokenAudience = 'tollgate';

/** A token lives at most this long, so that what it says is never older. */
export const internalTokenLifetimeMsMax = 300_000;

/** The one algorithm that is signed and accepted. */
export const internalTokenAlgorithm = 'EdDSA';
