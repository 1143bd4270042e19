import { Code } from '@connectrpc/connect';
import { failure } from '../errors/failure.ts';

/** The key was used for another input before; a new request needs a new key. */
export const idempotencyKeyReused = failure(
  'IDEMPOTENCY_KEY_REUSED',
  Code.AlreadyExists,
  (key: string) => ({
    message: 'This idempotency key was used with another input before. Use a new key.',
    metadata: { idempotency_key: key },
  }),
);

/** The first call with the key has not ended; the same call may be repeated. */
export const idempotencyKeyInUse = failure(
  'IDEMPOTENCY_KEY_IN_USE',
  Code.Aborted,
  (key: string, cause?: unknown) => ({
    message: 'A call with this idempotency key is still running. Repeat it a little later.',
    metadata: { idempotency_key: key },
    retryAfterMs: 1_000,
    cause,
  }),
);
