import { Code } from '@connectrpc/connect';
import { failure, invalidInput, permissionDenied } from '@tollgate/runtime/errors';

/** E-mail and password do not match, the user is unknown, or belongs nowhere. One answer for all. */
export const loginFailed = failure('LOGIN_FAILED', Code.Unauthenticated, () => ({
  message: 'E-mail and password do not match.',
}));

/** A user with this e-mail exists already. */
export const emailTaken = failure('EMAIL_TAKEN', Code.AlreadyExists, () => ({
  message: 'A user with this e-mail exists already.',
}));

/** A user of several tenants must say which one is meant; the password was right. */
export const tenantRequired = failure(
  'TENANT_REQUIRED',
  Code.FailedPrecondition,
  (slugs: readonly string[]) => ({
    message: 'You belong to several tenants: say which one you mean.',
    metadata: { tenants: slugs.join(',') },
  }),
);

/** Too many logins for one address, or too many passwords to hash at once. */
export const tooManyLogins = failure(
  'RATE_LIMITED',
  Code.ResourceExhausted,
  (retryAfterMs: number) => ({
    message: 'Too many tries; please wait a moment.',
    retryAfterMs,
  }),
);

/** Who gives a key a scope must hold it. */
export const scopeNotHeld = failure('SCOPE_NOT_HELD', Code.PermissionDenied, (scope: string) => ({
  message: 'You cannot give a key a permission that you do not have.',
  metadata: { scope },
}));

/** A key that is wanted with scopes that do not exist, by their positions, or with a past end. */
export function newKeyInvalid(wrong: {
  readonly unknownScopes: readonly number[];
  readonly endsTooSoon: boolean;
}) {
  const violations = wrong.unknownScopes.map((index) => {
    return { field: `scopes[${index}]`, description: 'is not a permission' };
  });
  if (wrong.endsTooSoon) {
    violations.push({ field: 'expires_at', description: 'must be in the future' });
  }
  return invalidInput(violations);
}

/** A key makes keys of its own environment only. */
export const otherEnvironment = () => permissionDenied('auth.keys.create');
