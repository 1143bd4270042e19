import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { HeaderValueSchema } from '@tollgate/api/envoy/config/core/v3/base';
import {
  RateLimitResponse_Code as Code,
  type RateLimitRequest,
  RateLimitResponseSchema,
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

/** Whose the credential of a descriptor is, or how the call is refused. */
type JudgeCredential = (descriptor: SeenDescriptor) => GateAnswer | CallerOfTest;

/** A caller whom a gate knows by itself. */
export interface CallerOfTest {
  readonly metadata: Readonly<Record<string, string>>;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
}

/**
 * A gate that admits everything, until a test says otherwise. What comes with a credential is given
 * to `judge` first.
 */
export async function startGatePeer(judge?: JudgeCredential): Promise<GatePeer> {
  const seen: SeenDescriptor[] = [];
  let decide: (descriptor: SeenDescriptor) => GateAnswer = () => gateAdmits();
  function decideAlone(descriptor: SeenDescriptor): GateAnswer {
    if (!judge) throw new Error('no gate of one call');
    const judged = judge(descriptor);
    if (!('metadata' in judged)) return judged;
    const answer = create(RateLimitResponseSchema, decide(descriptor));
    answer.dynamicMetadata = { ...answer.dynamicMetadata, ...judged.metadata };
    answer.requestHeadersToAdd = judged.headers.map((header) => create(HeaderValueSchema, header));
    return answer;
  }
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
      return bringsCredential(first) ? decideAlone(first) : decide(first);
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

/** OVER_LIMIT as the gate says that it is the credential that is refused. */
export function gateRefusesCredential(
  status: '401' | '403',
  { reason, sentence }: { reason: string; sentence: string },
): GateAnswer {
  return {
    overallCode: Code.OVER_LIMIT,
    rawBody: new TextEncoder().encode(sentence),
    responseHeadersToAdd: [{ key: 'www-authenticate', value: 'Bearer realm="tollgate"' }],
    dynamicMetadata: {
      limit_id: 'none',
      reservation: 'none',
      reset: '0',
      admitted: 'false',
      class: 'upstream',
      reason,
      status,
    },
  };
}

/** Whether a gate is to say whose call it is. */
export function bringsCredential({ values }: SeenDescriptor): boolean {
  return 'x-api-key' in values || 'authorization' in values;
}
