import { ErrorReason } from './gen/tollgate/errors/v1/error_reason_pb.ts';

/** Name of a public reason, e.g. `API_KEY_REVOKED`: a value of the proto's `ErrorReason`. */
export type Reason = Exclude<keyof typeof ErrorReason, 'UNSPECIFIED'>;

/** The `domain` of every `google.rpc.ErrorInfo` that Tollgate sends. */
export const errorDomain = 'tollgate.dev';

/** Whether a text names a public reason. */
export function isReason(text: string): text is Reason {
  return text !== 'UNSPECIFIED' && Object.hasOwn(ErrorReason, text);
}
