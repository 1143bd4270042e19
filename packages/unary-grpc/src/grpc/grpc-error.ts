/** Status codes of gRPC, by its "Status codes and their use". */
export const statusCode = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const;

/** A status other than OK: a handler throws it, and the caller gets it as it is. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  /** 1 to 16. */
  readonly code: number;

  /** @throws RangeError when the code is none of an error. */
  constructor(code: number, message: string) {
    super(message);
    if (!Number.isInteger(code) || code < 1 || code > 16) {
      throw new RangeError(`${code} is no status of an error`);
    }
    this.code = code;
  }
}
