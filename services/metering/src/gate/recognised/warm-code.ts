import { create, toBinary } from '@bufbuild/protobuf';
import { RateLimitRequestSchema } from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import { addCall, batchMax, clearBatch, openBatch } from '../../admission/batch.ts';
import { accountOf, type Caller, countedCaller } from '../../admission/caller.ts';
import { decideScript } from '../../admission/decide-script.ts';
import { decodeReply } from '../../admission/decode-reply.ts';
import { encodeBatch } from '../../admission/encode-batch.ts';
import { createLimitLists, type OwnedLimit } from '../../admission/limit-list.ts';
import { CommandWriter } from '../../counters/command-writer.ts';
import { packedNumbers, putListHead } from '../../counters/packed.ts';
import { quotaLimit, rateLimit } from '../../policies/domain/limit.ts';
import { admittedAnswer } from './prepared-answer.ts';
import { createRecogniser } from './recogniser.ts';

/** Enough for the compiler to have begun; some 50 ms of a processor. */
const batches = 6;
const nowUs = 1_800_000_000_000_000;

const limits: OwnedLimit[] = [
  { limit: quotaLimit('requests-per-month', 1_000_000), of: 'account' },
  {
    limit: rateLimit({ limitId: 'requests-of-key', requests: 7, windowSeconds: 1 }),
    of: 'credential',
  },
];

/**
 * Runs the code that a usual call goes through, on calls that nobody made and without Redis: compiled
 * among the first calls of customers it would make some of them wait longer than Envoy does.
 */
export function warmCode(): void {
  const listOf = createLimitLists();
  const recognise = createRecogniser<Caller>(({ tenantId, environment, keyId }) => {
    const account = accountOf({ tenantId, environment }, { shards: 1, nowUs });
    return countedCaller(account, keyId, { limits, list: listOf(limits, account.window) });
  }, batchMax);
  const messages = Array.from({ length: batchMax }, (_, at) => questionOf(at));
  const reply = replyTo(batchMax);
  const writer = new CommandWriter();
  const batch = openBatch({ shard: 0, isChecked: true, askedSinceUs: nowUs });
  const order: number[] = [];
  for (let round = 0; round < batches; round += 1) {
    for (const message of messages) {
      const found = recognise(message);
      if (!found) throw new Error('the usual question is not recognised');
      addCall(batch, found.known, () => undefined, message, found.idFrom, found.idLength);
    }
    const terms = { nowUs, deadlineUs: nowUs, run: 1, idsKeptMs: 1, retriedWithinMs: 2_000 };
    encodeBatch(writer, decideScript.sha1, batch, terms, order);
    decodeReply(reply, batch, order, {
      period: 1,
      listener: {
        onTime: () => undefined,
        onCall: (place, decided) => void admittedAnswer(batch.callers[place] as Caller, decided),
        onOtherWindow: () => undefined,
      },
    });
    clearBatch(batch);
  }
}

/** As Envoy asks, for keys that nobody has. */
function questionOf(key: number): Uint8Array {
  const entries = Object.entries({
    phase: 'admit',
    tenant: `ten_${String(key % 16).padStart(26, '0')}`,
    environment: 'test',
    key: `key_${String(key).padStart(26, '0')}`,
    key_limit: '7/1',
    class: 'upstream',
    route: 'warm-up',
    masked_remote_address: '192.0.2.1/32',
    rid: `00000000-0000-4000-8000-${String(key).padStart(12, '0')}`,
  }).map(([name, value]) => ({ key: name, value }));
  const descriptors = [{ entries, hitsAddend: 1n }];
  const question = create(RateLimitRequestSchema, { domain: 'tollgate', descriptors });
  return toBinary(RateLimitRequestSchema, question);
}

/** All of them admitted: the code, what was used, how far the rate is ahead, and its rest. */
function replyTo(calls: number): Buffer {
  const answers = Array.from({ length: calls }, () => [1, 70_000, 400_000, 3]).flat();
  const numbers = [0, nowUs, nowUs / 900_000_000, ...answers];
  const packed = packedNumbers(numbers);
  const reply = Buffer.alloc(3 + packed.length);
  reply.set(packed, putListHead(reply, 0, numbers.length));
  return reply;
}
