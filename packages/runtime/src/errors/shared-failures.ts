import { Code } from '@connectrpc/connect';
import { type FieldViolation, failure } from './failure.ts';

/** The input breaks rules; all of them are listed. */
export const invalidInput = failure(
  'INVALID_INPUT',
  Code.InvalidArgument,
  (violations: readonly FieldViolation[], cause?: unknown) => ({
    message: describeViolations(violations),
    violations,
    cause,
  }),
);

/** The input cannot be read as a message at all. `description` must be fit for the caller's eyes. */
export const malformedInput = failure(
  'INVALID_INPUT',
  Code.InvalidArgument,
  (description: string, cause?: unknown) => ({
    message: description,
    violations: [{ field: '', description }],
    cause,
  }),
);

/** The RPC needs a credential, and none came. */
export const credentialMissing = failure('CREDENTIAL_MISSING', Code.Unauthenticated, () => ({
  message: 'This call needs a credential.',
}));

/** The credential is malformed, unknown or wrongly signed; the caller is not told which. */
export const credentialInvalid = failure(
  'CREDENTIAL_INVALID',
  Code.Unauthenticated,
  (cause?: unknown) => ({ message: 'The credential is not valid.', cause }),
);

/** The credential was good once. */
export const credentialExpired = failure(
  'CREDENTIAL_EXPIRED',
  Code.Unauthenticated,
  (cause?: unknown) => ({ message: 'The credential has expired.', cause }),
);

/** The caller is known and lacks this permission. */
export const permissionDenied = failure(
  'PERMISSION_DENIED',
  Code.PermissionDenied,
  (permission: string) => ({
    message: 'The caller may not do this.',
    metadata: permission ? { permission } : {},
  }),
);

/** No such thing, or another tenant's: the answer is the same. `kind` e.g. `key`, `id` as asked. */
export const notFound = failure('NOT_FOUND', Code.NotFound, (kind: string, id: string) => ({
  message: `There is no such ${kind}.`,
  metadata: { kind, id },
}));

/** Another change came in between, or the thing exists already. A retry after reading may succeed. */
export const conflict = failure('CONFLICT', Code.Aborted, (cause?: unknown) => ({
  message: 'Another change came in between; read again and retry.',
  cause,
}));

/** The tenant has as many of these as it may have. `kind` in the plural, e.g. `webhook endpoints`. */
export const tooMany = failure('TOO_MANY', Code.ResourceExhausted, (kind: string, max: number) => ({
  message: `There are ${max} ${kind} already, which is the most.`,
  metadata: { kind, max: String(max) },
}));

/** This list did not hand out this page token, or the token is for another question. */
export const pageTokenInvalid = failure('PAGE_TOKEN_INVALID', Code.InvalidArgument, () => ({
  message: 'The page token is not one that this list handed out.',
  violations: [
    { field: 'page_token', description: 'Must be the next_page_token of the page before.' },
  ],
}));

/** A part that this call needs does not answer. A retry is safe. */
export const dependencyUnavailable = failure(
  'DEPENDENCY_UNAVAILABLE',
  Code.Unavailable,
  (dependency: string, cause?: unknown) => ({
    message: 'A part of the system that this call needs does not answer; please retry.',
    metadata: { dependency },
    retryAfterMs: 1_000,
    cause,
  }),
);

/** A fault of ours. The cause goes to the log, found by the request id. */
export const internalFailure = failure('INTERNAL', Code.Internal, (cause?: unknown) => ({
  message: 'Something went wrong on our side. The request id helps us to find out what.',
  cause,
}));

function describeViolations(violations: readonly FieldViolation[]): string {
  const [first] = violations;
  if (first === undefined) return 'The input is not valid.';
  const text = `${first.field || 'input'}: ${first.description}`;
  return violations.length === 1 ? text : `${text} (and ${violations.length - 1} more)`;
}
