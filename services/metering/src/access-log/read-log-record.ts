import { isId } from '@tollgate/api';
import { AccessLogType } from '@tollgate/api/envoy/data/accesslog/v3/accesslog';
import { isEnvironment } from '@tollgate/api/words';
import { readReservation } from '../counters/domain/reservation.ts';
import type { FailedCall } from '../give-backs/give-back.ts';
import type { LoggedCall } from './logged-call.ts';

/** What one record of Envoy's access log means for the counters. */
export interface LogRecord {
  readonly type: 'start' | 'end' | 'other';
  /** The counted call that has failed or was never passed on: its charge is to be given back. */
  readonly failed?: FailedCall;
  /** The same, where nobody has said whose call it was. */
  readonly undecided?: UndecidedCall;
  /** A counted call was passed on without an admission. */
  readonly unasked: boolean;
}

/** A call that was left while the gate alone decided about it: perhaps it was charged. */
export interface UndecidedCall {
  /** The last characters of its key. */
  readonly keyEnding: string;
  readonly requestId: string;
}

/**
 * Statuses that say that the upstream failed, not the caller: UNKNOWN, DEADLINE_EXCEEDED,
 * UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS. gRPC failures have the HTTP status 200.
 */
const failedGrpcStatuses = new Set(['2', '4', '12', '13', '14', '15']);

/** Reads a record. Only ends of calls to upstreams that count can ask for a correction. */
export function readLogRecord(call: LoggedCall): LogRecord {
  const { limiter, requestId, isPassedOn } = call;
  const type = typeOf(call.accessLogType);
  // Where Auth was not asked, the gate says whose call it is.
  const identity = call.check ?? limiter;
  if (type === 'end' && !identity) return readUndecided(call);
  if (type !== 'end' || identity?.class !== 'upstream') return { type, unasked: false };

  const unasked = isPassedOn && limiter?.admitted !== 'true';
  const tenantId = identity.tenant;
  if (!(hasFailed(call) || wasLeft(call)) || !isId('ten', tenantId) || requestId === '')
    return { type, unasked };
  if (limiter?.admitted === 'false') return { type, unasked };

  const text = limiter?.reservation;
  const reservation = text === undefined ? undefined : readReservation(text);
  const { environment, key: keyId } = identity;
  const who = isEnvironment(environment) && keyId !== undefined ? { environment, keyId } : {};
  const failed = { tenantId, requestId, ...who, ...(reservation ? { reservation } : {}) };
  return { type, unasked, failed };
}

/** A route of one call leaves the end of the key, and the gate whose it is: but it never answered. */
function readUndecided({ route, requestId, isPassedOn }: LoggedCall): LogRecord {
  const keyEnding = route?.key_ending;
  if (keyEnding === undefined || requestId === '') return { type: 'end', unasked: false };
  if (isPassedOn) return { type: 'end', unasked: true };
  return { type: 'end', unasked: false, undecided: { keyEnding, requestId } };
}

function typeOf(type: number): LogRecord['type'] {
  if (type === AccessLogType.DownstreamEnd) return 'end';
  return type === AccessLogType.DownstreamStart ? 'start' : 'other';
}

function hasFailed({ responseCode, grpcStatus }: LoggedCall): boolean {
  if (responseCode >= 500) return true;
  return grpcStatus !== undefined && failedGrpcStatuses.has(grpcStatus);
}

/** The client went away before there was an answer, and before an upstream saw the call. */
function wasLeft({ responseCode, isPassedOn }: LoggedCall): boolean {
  return responseCode === 0 && !isPassedOn;
}
