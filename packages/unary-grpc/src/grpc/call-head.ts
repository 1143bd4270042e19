import type { RequestHead } from '../http2/request-head.ts';
import { GrpcError, statusCode } from './grpc-error.ts';
import { readTimeout } from './timeout.ts';

/** What the headers of a request mean to gRPC. */
export type CallHead =
  | {
      readonly kind: 'call';
      readonly path: string;
      /** How long the caller waits, in milliseconds; infinite when it did not say. */
      readonly timeoutMs: number;
      /** How messages are compressed that say that they are. */
      readonly encoding: string;
    }
  /** Not gRPC at all: answered with this status of HTTP. */
  | { readonly kind: 'notGrpc'; readonly httpStatus: '405' | '415' }
  /** gRPC, but not to be answered with more than this. */
  | { readonly kind: 'refused'; readonly error: GrpcError };

const callHeads = new WeakMap<RequestHead, CallHead>();

/** Reads a head once: the same bytes give the same head, behind a proxy almost always. */
export function callHeadOf(head: RequestHead): CallHead {
  let read = callHeads.get(head);
  if (!read) callHeads.set(head, (read = readCallHead(head)));
  return read;
}

function readCallHead(head: RequestHead): CallHead {
  if (head.isTooLarge) {
    return refused(statusCode.resourceExhausted, 'The headers are too large.');
  }
  if (head.method !== 'POST') return { kind: 'notGrpc', httpStatus: '405' };
  const type = fieldOf(head.fields, 'content-type') ?? '';
  if (!/^application\/grpc(?:\+|;|$)/.test(type)) return { kind: 'notGrpc', httpStatus: '415' };
  const timeout = fieldOf(head.fields, 'grpc-timeout');
  const timeoutMs = timeout === undefined ? Number.POSITIVE_INFINITY : readTimeout(timeout);
  if (timeoutMs === undefined) {
    return refused(statusCode.internal, `grpc-timeout "${timeout}" is none.`);
  }
  const encoding = fieldOf(head.fields, 'grpc-encoding') ?? 'identity';
  return { kind: 'call', path: head.path, timeoutMs, encoding };
}

/** A field's value; of a repeated one the values with a comma between, as HTTP joins them. */
export function fieldOf(fields: readonly string[], name: string): string | undefined {
  let value: string | undefined;
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at] !== name) continue;
    const next = fields[at + 1] as string;
    value = value === undefined ? next : `${value},${next}`;
  }
  return value;
}

function refused(code: number, message: string): CallHead {
  return { kind: 'refused', error: new GrpcError(code, message) };
}
