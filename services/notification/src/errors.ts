import { Code } from '@connectrpc/connect';
import { failure } from '@tollgate/runtime/errors';

/** The endpoint's address is not one that this installation calls. */
export const webhookTargetRefused = failure(
  'WEBHOOK_TARGET_REFUSED',
  Code.InvalidArgument,
  (why: string) => ({
    message: `The url is refused: ${why}.`,
    violations: [{ field: 'url', description: why }],
  }),
);
