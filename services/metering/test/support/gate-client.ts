import { randomUUID } from 'node:crypto';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import {
  RateLimitRequestSchema,
  type RateLimitResponse,
  RateLimitResponse_Code,
  RateLimitResponseSchema,
} from '@tollgate/api/envoy/service/ratelimit/v3/rls';

/** Descriptor entries, as Envoy's configuration makes them. */
export type Entries = Readonly<Record<string, string>>;

/** What a gate said; `code` is `OK`, `OVER_LIMIT`, or the gRPC code of an error. */
export interface GateAnswer {
  readonly code: 'OK' | 'OVER_LIMIT' | number;
  readonly response?: RateLimitResponse;
  readonly requestId: string;
  /** The answer's metadata; empty for an error. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A gate as Envoy sees it. */
export interface GateClient extends Disposable {
  /** Asks to admit one call of a counted class; `entries` change the usual descriptor. */
  admit(entries: Entries): Promise<GateAnswer>;
  /** Tells that a call has failed. */
  giveBack(entries: Entries): Promise<GateAnswer>;
}

const path = '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit';

/**
 * Speaks to a gate by a stock gRPC client, over one connection. Waits `timeoutMs` for an answer, or
 * as long as it takes.
 */
export function gateClient(
  address: string,
  { timeoutMs = Number.POSITIVE_INFINITY }: { timeoutMs?: number } = {},
): GateClient {
  const client = new Client(address, credentials.createInsecure());
  function ask(entries: Entries): Promise<GateAnswer> {
    const list = Object.entries(entries).map(([key, value]) => ({ key, value }));
    const request = create(RateLimitRequestSchema, {
      domain: 'tollgate',
      descriptors: [{ entries: list, hitsAddend: 1n }],
    });
    const requestId = entries['rid'] ?? '';
    return new Promise((resolve) => {
      client.makeUnaryRequest(
        path,
        (message: typeof request) => Buffer.from(toBinary(RateLimitRequestSchema, message)),
        (bytes) => fromBinary(RateLimitResponseSchema, bytes),
        request,
        { deadline: Date.now() + timeoutMs },
        (error: ServiceError | null, response?: RateLimitResponse) => {
          if (error || !response) {
            resolve({ code: error?.code ?? 2, requestId, metadata: {} });
            return;
          }
          const ok = response.overallCode === RateLimitResponse_Code.OK;
          const metadata = (response.dynamicMetadata ?? {}) as Record<string, string>;
          resolve({ code: ok ? 'OK' : 'OVER_LIMIT', response, requestId, metadata });
        },
      );
    });
  }
  return {
    admit: (entries) =>
      ask({
        phase: 'admit',
        tenant: 'anonymous',
        environment: 'live',
        key: 'key_a',
        key_limit: 'none',
        class: 'upstream',
        route: 'widgets',
        masked_remote_address: '192.0.2.1/32',
        rid: randomUUID(),
        ...entries,
      }),
    giveBack: (entries) =>
      ask({
        phase: 'giveback',
        environment: 'live',
        key: 'key_a',
        reservation: 'none',
        ...entries,
      }),
    [Symbol.dispose]: () => client.close(),
  };
}

/** How often each answer was given. */
export function tally(answers: readonly GateAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of answers) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
