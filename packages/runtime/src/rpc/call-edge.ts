import { durationMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import { codeToString } from '@connectrpc/connect/protocol-connect';
import { requestIdHeader, rpcName } from '@tollgate/api';
import { RetryInfoSchema } from '@tollgate/api/google/rpc/error_details';
import type { Clock } from '../clock/clock.ts';
import { toPublicError } from '../errors/public-error.ts';
import type { Log } from '../log/log.ts';
import { logHidden } from './log-hidden.ts';
import { acceptRequestId } from './request-id.ts';
import type { RecordRpc } from './rpc-metrics.ts';

/** Where a call enters and leaves: its id, its log, and the public form of whatever goes wrong. */
export interface CallEdge {
  readonly requestId: string;
  /** Logger with `requestId` and `rpc`. */
  readonly log: Log;
  /** The public form of an error; logs what is hidden from the caller, once. */
  publicError(error: unknown): ConnectError;
  /** The work is done; without it, the call counts as given up by the caller. */
  succeeded(): void;
}

/** What an edge works with. */
export interface EdgeParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly record: RecordRpc;
}

/**
 * Opens the edge of a call. The context's signal fires when the call ends, however it ends, and
 * before an error is written: that is where errors that the RPC library makes beside every handler
 * (unreadable input, size limits) get their public form, and where the call is counted.
 */
export function openCallEdge(context: HandlerContext, parts: EdgeParts): CallEdge {
  const { clock, record } = parts;
  const rpc = rpcName(context.method);
  const requestId = acceptRequestId(context.requestHeader.get(requestIdHeader));
  const log = parts.log.child({ requestId, rpc });
  const startedMs = clock.monotonicMs();
  const known = new WeakSet<ConnectError>();
  let outcome: 'ok' | undefined;

  function publicError(error: unknown): ConnectError {
    if (error instanceof ConnectError && known.has(error)) return error;
    const answer = toPublicError(endedBy(context.signal, error), requestId);
    known.add(answer);
    sayWhenToRetry(context.responseHeader, answer);
    logHidden(log, answer);
    return answer;
  }

  function finish(): void {
    const { reason } = context.signal;
    const failed = reason instanceof ConnectError;
    if (failed && !known.has(reason)) {
      const { code, message, rawMessage, details } = publicError(reason);
      Object.assign(reason, { code, message, rawMessage, details });
    }
    const code = failed ? codeToString(reason.code) : (outcome ?? codeToString(Code.Canceled));
    const durationMs = Math.round(clock.monotonicMs() - startedMs);
    record(rpc, code, durationMs);
    log.debug({ code, durationMs }, 'rpc finished');
  }

  context.responseHeader.set(requestIdHeader, requestId);
  context.signal.addEventListener('abort', finish, { once: true });
  return {
    requestId,
    log,
    publicError,
    succeeded: () => {
      outcome = 'ok';
    },
  };
}

/** Work that was cut off fails in many ways; what counts is why it was cut off. */
function endedBy(signal: AbortSignal, error: unknown): unknown {
  if (!signal.aborted || (error instanceof ConnectError && error === signal.reason)) return error;
  if (signal.reason instanceof ConnectError) return signal.reason;
  return new ConnectError('The caller has gone.', Code.Canceled, undefined, undefined, error);
}

/** As a header, too: clients of JSON look there, and so does everything between them and us. */
function sayWhenToRetry(header: Headers, error: ConnectError): void {
  const [{ retryDelay } = {}] = error.findDetails(RetryInfoSchema);
  if (retryDelay) header.set('retry-after', String(Math.ceil(durationMs(retryDelay) / 1_000)));
}
