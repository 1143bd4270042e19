import type { DescMethod } from '@bufbuild/protobuf';
import { type Principal, type TenantId } from '@tollgate/api';
import { type Environment } from '@tollgate/api/words';
import type { Log } from '../log/log.ts';

/** What a handler knows about the call it serves. Made by `serveRpc`; the input is valid by then. */
export interface Call {
  /** Who calls; anonymous on public RPCs without a credential. */
  readonly principal: Principal;
  /** From `x-request-id`, or a new one; the same in every log line, answer and further call. */
  readonly requestId: string;
  /** The caller's tenant. Reading it throws PERMISSION_DENIED when the caller has none. */
  readonly tenantId: TenantId;
  readonly environment: Environment;
  /** The `idempotency-key` header, 1 to 255 visible ASCII characters. */
  readonly idempotencyKey?: string;
  /** SHA-256, hex, over method, principal and canonical input: equal only for the same request. */
  readonly inputHash: string;
  readonly method: DescMethod;
  /** Aborted when the caller has gone, its deadline has passed, or the process must stop now. */
  readonly signal: AbortSignal;
  /** Logger with `requestId`, `rpc` and `tenantId` set. */
  readonly log: Log;
  /** Headers of the answer; what is set here is sent with it. */
  readonly answerHeader: Headers;
}
