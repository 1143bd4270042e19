import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  RateLimitResponse_Code as Code,
  type RateLimitRequest,
  type RateLimitResponseSchema,
  RateLimitService,
  RateLimitResponse_RateLimit_Unit as Unit,
} from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import { type GrpcPeer, serveGrpcPeer, unary } from './grpc-peer.ts';

/** One descriptor that Envoy sent, its entries in order. */
export interface SeenDescriptor {
  readonly entries: readonly (readonly [key: string, value: string])[];
  readonly values: Readonly<Record<string, string>>;
  readonly hitsAddend: bigint | undefined;
  readonly isNegativeHits: boolean;
}

export interface GatePeer extends GrpcPeer {
  readonly seen: SeenDescriptor[];
  /** Replaces the decision for the requests that follow; undefined restores it. */
  answerWith(decide: ((descriptor: SeenDescriptor) => GateAnswer) | undefined): void;
}

export type GateAnswer = MessageInitShape<typeof RateLimitResponseSchema>;

/** A gate that admits everything, until a test says otherwise. */
export async function startGatePeer(): Promise<GatePeer> {
  const seen: SeenDescriptor[] = [];
  let decide: (descriptor: SeenDescriptor) => GateAnswer = () => gateAdmits();
  const peer = await serveGrpcPeer([
    unary(RateLimitService.method.shouldRateLimit, (request: RateLimitRequest) => {
      const [first] = request.descriptors.map(({ entries, hitsAddend, isNegativeHits }) => ({
        entries: entries.map(({ key, value }) => [key, value] as const),
        values: Object.fromEntries(entries.map(({ key, value }) => [key, value])),
        hitsAddend,
        isNegativeHits,
      }));
      if (!first) throw new Error('no descriptor');
      seen.push(first);
      return decide(first);
    }),
  ]);
  return {
    ...peer,
    seen,
    answerWith: (other) => {
      decide = other ?? (() => gateAdmits());
    },
  };
}

/** OK with 99 of 100 left this minute. */
export function gateAdmits(): GateAnswer {
  return {
    overallCode: Code.OK,
    statuses: [
      {
        code: Code.OK,
        currentLimit: { requestsPerUnit: 100, unit: Unit.MINUTE },
        limitRemaining: 99,
        durationUntilReset: { seconds: 1n },
      },
    ],
    dynamicMetadata: { limit_id: 'none', reservation: 'res-1', reset: '0', admitted: 'true' },
  };
}

/** OVER_LIMIT for seven seconds. */
export function gateRefuses(reason?: 'RATE_LIMITED' | 'QUOTA_EXCEEDED'): GateAnswer {
  return {
    overallCode: Code.OVER_LIMIT,
    statuses: [
      {
        code: Code.OVER_LIMIT,
        currentLimit: { requestsPerUnit: 100, unit: Unit.MINUTE },
        limitRemaining: 0,
        durationUntilReset: { seconds: 7n },
      },
    ],
    rawBody: new TextEncoder().encode('the limit per-minute is reached'),
    dynamicMetadata: {
      limit_id: 'per-minute',
      reservation: 'none',
      reset: '7',
      admitted: 'false',
      ...(reason ? { reason } : {}),
    },
  };
}
