import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { errorDomain, type Reason } from '@tollgate/api';
import { ErrorInfoSchema } from '@tollgate/api/google/rpc/error_details';
import { driverFailure } from './driver-failure.ts';
import { failure } from './failure.ts';
import { internalFailure, malformedInput } from './shared-failures.ts';

/**
 * The one rewrite at the edge: whatever was thrown becomes an error that may be shown, with reason
 * and request id. What is not known to be public becomes INTERNAL, with the original as its cause.
 */
export function toPublicError(error: unknown, requestId: string): ConnectError {
  return withRequestId(classify(error), requestId);
}

function classify(error: unknown): ConnectError {
  if (!(error instanceof ConnectError)) return driverFailure(error) ?? internalFailure(error);
  if (infoOf(error)) return error;
  return fromLibrary(error);
}

/** An error that the RPC library made, before or beside the handler. */
function fromLibrary(error: ConnectError): ConnectError {
  const { code, rawMessage } = error;
  // The library calls unreadable binary input an internal error; it is the sender's.
  if (code === Code.Internal && rawMessage.startsWith('parse binary: ')) {
    return malformedInput('The input is not a valid message.', error);
  }
  // Only the library's limits on size speak so here; our own refusals have a reason.
  if (code === Code.ResourceExhausted || code === Code.InvalidArgument) {
    return malformedInput(rawMessage, error);
  }
  const reason = reasonsOfLibrary[code];
  if (reason === undefined) return internalFailure(error);
  return failure(reason, code, () => ({ message: rawMessage, cause: error }))();
}

/** Reasons for codes that the library uses, e.g. for an unknown compression or a passed deadline. */
const reasonsOfLibrary: { readonly [code in Code]?: Reason } = {
  [Code.Unimplemented]: 'INVALID_INPUT',
  [Code.DeadlineExceeded]: 'DEPENDENCY_UNAVAILABLE',
  [Code.Canceled]: 'DEPENDENCY_UNAVAILABLE',
};

/** The same error with the request id in its `ErrorInfo`. */
function withRequestId(error: ConnectError, requestId: string): ConnectError {
  const info = infoOf(error);
  if (!info || info.metadata['request_id']) return error;
  const others = error.details.filter((detail) => typeNameOf(detail) !== ErrorInfoSchema.typeName);
  const metadata = { ...info.metadata, request_id: requestId };
  const value = create(ErrorInfoSchema, { reason: info.reason, domain: info.domain, metadata });
  const answer = new ConnectError(error.rawMessage, error.code, undefined, undefined, error.cause);
  answer.details = [{ desc: ErrorInfoSchema, value }, ...others];
  return answer;
}

function infoOf(error: ConnectError) {
  return error.findDetails(ErrorInfoSchema).find((info) => info.domain === errorDomain);
}

function typeNameOf(detail: ConnectError['details'][number]): string {
  return 'desc' in detail ? detail.desc.typeName : detail.type;
}
