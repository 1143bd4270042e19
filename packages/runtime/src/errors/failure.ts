import { create, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { durationFromMs } from '@bufbuild/protobuf/wkt';
import { type Code, ConnectError } from '@connectrpc/connect';
import { errorDomain, isReason, type Reason } from '@tollgate/api';
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from '@tollgate/api/google/rpc/error_details';

/** One broken rule of the input. */
export interface FieldViolation {
  /** Path in the input with proto field names, e.g. `limits[2].requests`; empty: the whole input. */
  readonly field: string;
  /** What the field must be, as a sentence for people. */
  readonly description: string;
}

/** What a failure says. All but the cause is public. */
export interface FailureContent {
  readonly message: string;
  /** Machine-readable facts, snake_case names. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly violations?: readonly FieldViolation[];
  /** When a retry may succeed, in milliseconds from now. */
  readonly retryAfterMs?: number;
  /** Why, for the log only. */
  readonly cause?: unknown;
}

/**
 * Declares one way to fail: its public reason, its code, and how its arguments become what it says.
 * Answers the factory of the error, to be thrown: `throw tenantClosed(id)`.
 */
export function failure<A extends unknown[]>(
  reason: Reason,
  code: Code,
  build: (...args: A) => FailureContent,
): (...args: A) => ConnectError {
  return (...args) => {
    const content = build(...args);
    const details = [
      detail(ErrorInfoSchema, {
        reason,
        domain: errorDomain,
        metadata: { ...content.metadata },
      }),
      ...(content.violations
        ? [
            detail(BadRequestSchema, {
              fieldViolations: content.violations.map((it) => ({ ...it })),
            }),
          ]
        : []),
      ...(content.retryAfterMs === undefined
        ? []
        : [detail(RetryInfoSchema, { retryDelay: durationFromMs(content.retryAfterMs) })]),
    ];
    return new ConnectError(content.message, code, undefined, details, content.cause);
  };
}

function detail<D extends DescMessage>(desc: D, value: MessageInitShape<D>) {
  return { desc, value: create(desc, value) };
}

/** The public reason of an error that Tollgate made, here or in another service. */
export function reasonOf(error: unknown): Reason | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  const info = error.findDetails(ErrorInfoSchema).find((it) => it.domain === errorDomain);
  return info !== undefined && isReason(info.reason) ? info.reason : undefined;
}
