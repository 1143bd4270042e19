import type { TenantId } from '@tollgate/api';
import type { Counters } from '../../services/metering/src/counters/connect.ts';
import { slotAt } from '../../services/metering/src/counters/domain/slot.ts';
import { createPackedWriter, readPacked } from '../../services/metering/src/counters/packed.ts';
import type { EncodedBatch } from '../../services/metering/src/counters/run-batch.ts';
import type { Decision } from '../../services/metering/src/gate/decide.ts';
import { quotaLimit, rateLimit } from '../../services/metering/src/policies/domain/limit.ts';
import { type Policy, policyOf } from '../../services/metering/src/policies/domain/policy.ts';

const quota = 1_000_000_000;

/** An admission by a month's quota and a rate, as every question of the load is answered. */
export const admission: Decision = {
  admitted: true,
  degraded: false,
  states: [
    {
      limit: quotaLimit('requests-per-month', quota),
      remaining: 873_211,
      retryUs: 0,
      resetUs: 812_000_000_000,
    },
    {
      limit: rateLimit({ limitId: 'requests-of-key', requests: quota, windowSeconds: 60 }),
      remaining: 412,
      retryUs: 0,
      resetUs: 18_800_000,
    },
  ],
  reservation: {
    environment: 'live',
    slot: slotAt(Date.UTC(2026, 10, 21, 1) * 1_000),
    keyId: `key_${'0'.repeat(8)}`,
  },
};

const policies = new Map<TenantId, Policy>();

/** The policy of a tenant: a quota, the same for all. */
export function policyFor(tenantId: TenantId): Policy {
  let policy = policies.get(tenantId);
  if (!policy) {
    policy = policyOf({
      tenantId,
      version: 1n,
      planId: 'plan_bench',
      planVersion: 1,
      limits: [
        {
          limitId: 'requests-per-month',
          kind: 'quota',
          requests: BigInt(quota),
          window: 'month',
          burst: 0n,
        },
      ],
      onLimiterUnavailable: 'deny',
      includedRequests: 0n,
    });
    policies.set(tenantId, policy);
  }
  return policy;
}

/** Counters without Redis: each batch is admitted in the loop's next turn, by a reply as Lua's. */
export function countersInMemory(): Counters {
  const replies = new Map<number, Buffer>();
  const nowUs = () => Date.now() * 1_000;
  return {
    run: () => 'r'.repeat(40),
    nowUs,
    sawTime: () => undefined,
    batch(_, encoded) {
      const requests = requestsOf(encoded);
      const reply = replies.get(requests) ?? replyTo(requests, nowUs());
      replies.set(requests, reply);
      return new Promise((resolve) => setImmediate(resolve, reply));
    },
    ask: () => Promise.reject(new Error('there is no Redis')),
    script: () => Promise.reject(new Error('there is no Redis')),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** How many requests a batch's terms tell of: the last of their ten items, three of them texts. */
function requestsOf({ args: [terms = new Uint8Array()] }: EncodedBatch): number {
  const items = readPacked(Buffer.from(terms.buffer, terms.byteOffset, terms.length));
  for (let at = 0; at < 2; at += 1) items.next();
  for (let at = 0; at < 3; at += 1) items.text();
  for (let at = 0; at < 4; at += 1) items.next();
  return items.next();
}

const verdictDone = 1;
/** What of the quota is used, and the rate's state: microseconds and a rest. */
const states = [126_789, 18_800_000, 412];

function replyTo(requests: number, nowUs: number): Buffer {
  const writer = createPackedWriter();
  writer.begin();
  for (const number of [0, nowUs]) writer.number(number);
  for (let at = 0; at < requests; at += 1) {
    for (const number of [verdictDone, ...states]) writer.number(number);
  }
  return Buffer.from(writer.end());
}
