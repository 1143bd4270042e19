import type { Reason } from '@tollgate/api';

/** Why the gateway must not let a request through. */
export interface Denial {
  readonly status: 401 | 403;
  readonly reason: Reason;
  /** A short sentence for people; never JSON, the gateway builds that. */
  readonly sentence: string;
}

/** Tells a refusal from whoever a credential belongs to. */
export function isDenial<T extends object>(answer: T | Denial): answer is Denial {
  return 'status' in answer;
}

/** No credential came, and the route needs one. */
export const missing: Denial = {
  status: 401,
  reason: 'CREDENTIAL_MISSING',
  sentence: 'This call needs a credential.',
};

/** Malformed, unknown, wrongly signed, or several that differ; which one is not told. */
export const invalid: Denial = {
  status: 401,
  reason: 'CREDENTIAL_INVALID',
  sentence: 'The credential is not valid.',
};

/** Good once; also the access token of a session that has ended. */
export const expired: Denial = {
  status: 401,
  reason: 'CREDENTIAL_EXPIRED',
  sentence: 'The credential has expired.',
};

/** Revoked for good. */
export const revoked: Denial = {
  status: 401,
  reason: 'API_KEY_REVOKED',
  sentence: 'This API key was revoked.',
};

/** Known, and not allowed to call upstreams. */
export const notAllowed: Denial = {
  status: 403,
  reason: 'PERMISSION_DENIED',
  sentence: 'The caller may not do this.',
};
