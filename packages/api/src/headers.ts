/** The internal token: who calls, signed by Auth or by the calling service. Never from outside. */
export const internalTokenHeader = 'x-tollgate-token';

/** Tells an upstream whose call it is: `ten_…`. */
export const tenantHeader = 'x-tollgate-tenant';

/** Tells an upstream which credential called: `key_…` or `usr_…`. */
export const keyHeader = 'x-tollgate-key';

/** `true` on an answer that was given without the counters, or from an older copy of them. */
export const degradedHeader = 'x-tollgate-degraded';

/** Every header that starts so is ours: the gateway drops what a client sends of them. */
export const ownHeaderPrefix = 'x-tollgate-';

/** Carries a request's id from the gateway through every service and back. */
export const requestIdHeader = 'x-request-id';

/** Makes a retry of a mutating call safe: 1 to 255 visible ASCII characters. */
export const idempotencyKeyHeader = 'idempotency-key';

/** `true` on an answer that an earlier call with the same key got. */
export const idempotencyReplayedHeader = 'idempotency-replayed';
