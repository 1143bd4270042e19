import type { TenantId } from '@tollgate/api';
import type { Caller } from '../../services/metering/src/admission/caller.ts';
import type { Decided } from '../../services/metering/src/admission/decided.ts';
import { CommandWriter } from '../../services/metering/src/counters/command-writer.ts';
import type { Counters } from '../../services/metering/src/counters/connect.ts';
import { packedNumbers, putListHead } from '../../services/metering/src/counters/packed.ts';
import { type Policy, policyOf } from '../../services/metering/src/policies/domain/policy.ts';

const quota = 1_000_000_000;
const nowUs = Date.now() * 1_000;
/** What of the quota is used, and the rate's state: microseconds and a rest. */
const numbers = Float64Array.of(126_789, 18_800_000, 412);

/** An admission by a month's quota and a rate, as every question of the load is answered. */
export function decidedOf({ list }: Caller): Decided {
  return {
    verdict: 'charged',
    list,
    nowUs,
    slot: Math.floor(nowUs / 900_000_000),
    period: Math.floor(nowUs / 15_000_000),
    numbers,
  };
}

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
  const writer = new CommandWriter();
  const noRedis = () => Promise.reject(new Error('there is no Redis'));
  return {
    shards: 1,
    run: () => 1,
    nowUs: () => Date.now() * 1_000,
    sawTime: () => undefined,
    send(_shard, _script, write, onReply) {
      const command = write(writer, 1);
      if (!command) return;
      const calls = callsOf(command);
      setImmediate(() => onReply(undefined, replyTo(calls)));
    },
    ask: noRedis,
    script: noRedis,
    scriptBytes: noRedis,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** How many calls a batch holds: the length of its last list, the ids. */
function callsOf(command: Buffer): number {
  let at = command.indexOf('\r\n') + 2;
  for (;;) {
    const line = command.indexOf('\r\n', at);
    const start = line + 2;
    const end = start + Number(command.toString('latin1', at + 1, line)) + 2;
    if (end === command.length) return command.readUInt16BE(start + 1);
    at = end;
  }
}

const decided = 0;
const charged = 1;
const replies = new Map<number, Buffer>();

function replyTo(calls: number): Buffer {
  const known = replies.get(calls);
  if (known) return known;
  const answers = Array.from({ length: calls }, () => [charged, ...numbers]).flat();
  const values = [decided, nowUs, Math.floor(nowUs / 900_000_000), ...answers];
  const packed = packedNumbers(values);
  const reply = Buffer.alloc(3 + packed.length);
  reply.set(packed, putListHead(reply, 0, values.length));
  replies.set(calls, reply);
  return reply;
}
