import { createHash } from 'node:crypto';
import { type DescMethodUnary, type Message, toBinary } from '@bufbuild/protobuf';
import { idempotencyKeyHeader, type Principal, rpcName } from '@tollgate/api';
import { invalidInput, permissionDenied } from '../errors/shared-failures.ts';
import type { Log } from '../log/log.ts';
import type { Call } from './call.ts';

/** What a handler gets to know about its call. Throws INVALID_INPUT for a bad idempotency key. */
export function createCall(parts: {
  method: DescMethodUnary;
  principal: Principal;
  input: Message;
  requestId: string;
  signal: AbortSignal;
  log: Log;
  requestHeader: Headers;
  answerHeader: Headers;
}): Call {
  const { method, principal, input, requestId, signal, log, answerHeader } = parts;
  const idempotencyKey = readIdempotencyKey(parts.requestHeader);
  let inputHash: string | undefined;
  return {
    principal,
    requestId,
    get tenantId() {
      if (principal.tenantId === undefined) throw permissionDenied('');
      return principal.tenantId;
    },
    environment: principal.environment,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    get inputHash() {
      inputHash ??= hashInput({ method, principal, input });
      return inputHash;
    },
    method,
    signal,
    log,
    answerHeader,
  };
}

function readIdempotencyKey(header: Headers): string | undefined {
  const key = header.get(idempotencyKeyHeader);
  if (key === null) return undefined;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const description = 'must be 1 to 255 visible ASCII characters';
  throw invalidInput([{ field: idempotencyKeyHeader, description }]);
}

function hashInput(parts: {
  method: DescMethodUnary;
  principal: Principal;
  input: Message;
}): string {
  const { method, principal, input } = parts;
  const caller = [principal.tenantId ?? '', principal.environment, principal.subject];
  // JSON keeps the parts apart, so that no two different requests share one text.
  return createHash('sha256')
    .update(JSON.stringify([rpcName(method), ...caller]))
    .update(toBinary(method.input, input))
    .digest('hex');
}
