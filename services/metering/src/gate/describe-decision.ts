import { degradedHeader } from '@tollgate/api';
import {
  RateLimitResponse_Code as Code,
  RateLimitResponse_RateLimit_Unit as Unit,
} from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import { reservationText } from '../counters/domain/reservation.ts';
import type { Limit, LimitState } from '../policies/domain/limit.ts';
import type { Decision } from './decide.ts';

/** What the gate says of Envoy's `RateLimitResponse`: protobuf-es takes it, and so does the codec. */
export interface RateLimitAnswer {
  overallCode: Code;
  statuses?: LimitStatus[];
  /** Values are texts. */
  dynamicMetadata?: Record<string, string>;
  rawBody?: Uint8Array<ArrayBuffer>;
  responseHeadersToAdd?: { key: string; value: string }[];
  /** For the upstream. */
  requestHeadersToAdd?: { key: string; value: string }[];
}

/** What is left of one limit. */
export interface LimitStatus {
  code: Code;
  currentLimit: ShownLimit;
  /** 32 bits. */
  limitRemaining: number;
  /** Whole seconds. */
  durationUntilReset: { seconds: bigint };
}

/** A limit, as Envoy prints it. */
export interface ShownLimit {
  name: string;
  /** 32 bits. */
  requestsPerUnit: number;
  unit: Unit;
  unitMultiplier?: number;
}

/**
 * The answer to Envoy, one status for each limit. Envoy prints `x-ratelimit-*` from the first status
 * with the least remaining, and `retry-after` from the longest reset of those over the limit. The
 * metadata is always there: its absence tells that Envoy let a call pass unasked.
 */
export function describeDecision(decision: Decision): RateLimitAnswer {
  const { admitted, states, reservation, degraded } = decision;
  const decisive = [...states].sort(byTightness);
  const [first] = decisive;
  const refusedBy = admitted ? undefined : first?.limit;
  return {
    overallCode: admitted ? Code.OK : Code.OVER_LIMIT,
    statuses: decisive.map((state) => describeState(state, admitted)),
    dynamicMetadata: {
      limit_id: first?.limit.limitId ?? 'none',
      reservation: reservation ? reservationText(reservation) : 'none',
      reset: String(first ? resetSeconds(first, admitted) : 0),
      admitted: String(admitted),
      ...(refusedBy
        ? { reason: refusedBy.kind === 'quota' ? 'QUOTA_EXCEEDED' : 'RATE_LIMITED' }
        : {}),
    },
    ...(refusedBy ? { rawBody: sentence(`the limit ${refusedBy.limitId} is reached`) } : {}),
    ...(degraded ? { responseHeadersToAdd: [{ key: degradedHeader, value: 'true' }] } : {}),
  };
}

/** What a refused caller reads; Envoy makes the body around it. */
export function sentence(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** An answer that admits and says nothing: to stream-done calls, whose answer nobody reads. */
export const acknowledgement: RateLimitAnswer = { overallCode: Code.OK };

/** What is over the limit and stays so for longest comes first, then what has least left. */
function byTightness(a: LimitState, b: LimitState): number {
  return b.retryUs - a.retryUs || a.remaining - b.remaining || b.resetUs - a.resetUs;
}

function describeState(state: LimitState, admitted: boolean): LimitStatus {
  const over = !admitted && state.remaining < 1;
  return {
    code: over ? Code.OVER_LIMIT : Code.OK,
    currentLimit: describeLimit(state.limit),
    limitRemaining: uint32(state.remaining),
    durationUntilReset: { seconds: BigInt(resetSeconds(state, admitted)) },
  };
}

/**
 * Seconds until one more call is admitted when this limit refused, else until the limit is whole.
 * Rounded up, so that whoever obeys is admitted: Envoy cuts fractions off.
 */
function resetSeconds({ retryUs, resetUs, remaining }: LimitState, admitted: boolean): number {
  const us = !admitted && remaining < 1 ? retryUs : resetUs;
  return Math.ceil(us / 1_000_000);
}

function describeLimit(limit: Limit): ShownLimit {
  const name = limit.limitId;
  if (limit.kind === 'quota') {
    return { name, requestsPerUnit: uint32(limit.requests), unit: Unit.MONTH };
  }
  return { name, requestsPerUnit: uint32(limit.burst), ...windowOf(limit.windowSeconds) };
}

const units = new Map<number, Unit>([
  [1, Unit.SECOND],
  [60, Unit.MINUTE],
  [3_600, Unit.HOUR],
  [86_400, Unit.DAY],
]);

function windowOf(seconds: number): { unit: Unit; unitMultiplier?: number } {
  const unit = units.get(seconds);
  return unit === undefined ? { unit: Unit.SECOND, unitMultiplier: seconds } : { unit };
}

/** What does not fit is shown as the greatest number that does; deciding never uses it. */
function uint32(value: number): number {
  return Math.min(value, 0xffff_ffff);
}
