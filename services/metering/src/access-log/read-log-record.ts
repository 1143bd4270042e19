import { isId } from '@tollgate/api';
import {
  AccessLogType,
  type HTTPAccessLogEntry,
} from '@tollgate/api/envoy/data/accesslog/v3/accesslog';
import { isEnvironment } from '@tollgate/api/words';
import { readReservation } from '../counters/domain/reservation.ts';
import type { FailedCall } from '../give-backs/give-back.ts';

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
export function readLogRecord(entry: HTTPAccessLogEntry): LogRecord {
  const common = entry.commonProperties;
  const type = typeOf(common?.accessLogType);
  const limiter = common?.metadata?.filterMetadata['envoy.filters.http.ratelimit'];
  // Where Auth was not asked, the gate says whose call it is.
  const identity = common?.metadata?.filterMetadata['envoy.filters.http.ext_authz'] ?? limiter;
  if (type === 'end' && !identity) return readUndecided(entry);
  if (type !== 'end' || identity?.['class'] !== 'upstream') return { type, unasked: false };

  const tenantId = identity['tenant'];
  const requestId = common?.streamId ?? '';
  const passedOn = common?.upstreamRemoteAddress !== undefined;
  const unasked = passedOn && limiter?.['admitted'] !== 'true';
  if (!(hasFailed(entry) || wasLeft(entry)) || !isId('ten', tenantId) || requestId === '')
    return { type, unasked };
  if (limiter?.['admitted'] === 'false') return { type, unasked };

  const text = limiter?.['reservation'];
  const reservation = typeof text === 'string' ? readReservation(text) : undefined;
  const { environment, key: keyId } = identity;
  const who = isEnvironment(environment) && typeof keyId === 'string' ? { environment, keyId } : {};
  const failed = { tenantId, requestId, ...who, ...(reservation ? { reservation } : {}) };
  return { type, unasked, failed };
}

/** A route of one call leaves the end of the key, and the gate whose it is: but it never answered. */
function readUndecided(entry: HTTPAccessLogEntry): LogRecord {
  const common = entry.commonProperties;
  const keyEnding = common?.metadata?.filterMetadata['tollgate']?.['key_ending'];
  const requestId = common?.streamId ?? '';
  if (typeof keyEnding !== 'string' || requestId === '') return { type: 'end', unasked: false };
  if (common?.upstreamRemoteAddress !== undefined) return { type: 'end', unasked: true };
  return { type: 'end', unasked: false, undecided: { keyEnding, requestId } };
}

function typeOf(type: AccessLogType | undefined): LogRecord['type'] {
  if (type === AccessLogType.DownstreamEnd) return 'end';
  return type === AccessLogType.DownstreamStart ? 'start' : 'other';
}

function hasFailed({ response }: HTTPAccessLogEntry): boolean {
  if (!response) return false;
  if ((response.responseCode ?? 0) >= 500) return true;
  const { responseTrailers, responseHeaders } = response;
  // An answer of trailers only carries its status as a header.
  const status = responseTrailers['grpc-status'] ?? responseHeaders['grpc-status'];
  return status !== undefined && failedGrpcStatuses.has(status);
}

/** The client went away before there was an answer, and before an upstream saw the call. */
function wasLeft({ commonProperties, response }: HTTPAccessLogEntry): boolean {
  return !response?.responseCode && commonProperties?.upstreamRemoteAddress === undefined;
}
