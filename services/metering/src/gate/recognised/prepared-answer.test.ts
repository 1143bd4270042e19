import { expect, test } from '@jest/globals';
import { checkProperty } from '@tollgate/testkit/properties';
import fc from 'fast-check';
import { accountOf, countedCaller } from '../../admission/caller.ts';
import { type Decided, placeOf, statesOf } from '../../admission/decided.ts';
import { createLimitLists, type OwnedLimit } from '../../admission/limit-list.ts';
import { monthAt } from '../../counters/domain/usage-window.ts';
import { quotaLimit, rateLimit } from '../../policies/domain/limit.ts';
import { encodeRateLimitResponse } from '../codec/rate-limit-response.ts';
import { describeDecision } from '../describe-decision.ts';
import { admittedAnswer } from './prepared-answer.ts';

const nowUs = Date.UTC(2026, 10, 21, 12, 5) * 1_000;
const listOf = createLimitLists();
const names = fc.oneof(fc.string({ minLength: 1, maxLength: 64 }), fc.constant('requests'));
const limits = fc.oneof(
  fc
    .record({
      limitId: names,
      requests: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1e12 })),
      windowSeconds: fc.constantFrom(1, 7, 60, 3_600, 86_400, 366 * 86_400),
      burst: fc.integer({ min: 1, max: 1e9 }),
    })
    .map((rate): OwnedLimit => ({ limit: rateLimit(rate), of: 'credential' })),
  fc
    .tuple(names, fc.integer({ min: 1, max: 1e12 }))
    .map(([name, requests]): OwnedLimit => ({ limit: quotaLimit(name, requests), of: 'account' })),
);
const keyIds = fc.string({
  unit: fc.constantFrom('a', 'b', 'X', 'Z', '0', '9', '_', '-'),
  minLength: 1,
  maxLength: 64,
});

test('an answer from prepared bytes is, byte for byte, the one that is described and encoded', () => {
  checkProperty(
    fc.property(
      fc.array(limits, { maxLength: 15 }),
      keyIds,
      fc.array(fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 2 ** 31 - 1 }), fc.constant(2 ** 50)), {
        minLength: 32,
        maxLength: 32,
      }),
      fc.constantFrom('charged' as const, 'repeated' as const),
      fc.nat({ max: 3 }),
      (given, keyId, numbers, verdict, later) => {
        const account = accountOf({ tenantId: 'ten_a', environment: 'live' }, { shards: 1, nowUs });
        const list = listOf(given, monthAt(nowUs));
        const caller = countedCaller(account, keyId, { limits: given, list });
        for (let call = 0; call < 2; call += 1) {
          const decided: Decided = {
            verdict,
            list,
            nowUs,
            slot: Math.floor(nowUs / 900_000_000),
            period: Math.floor(nowUs / 15_000_000) + call * later,
            numbers: Float64Array.from(restsBelow(given, numbers)),
          };
          const described = describeDecision({
            admitted: true,
            states: statesOf(decided),
            degraded: false,
            ...(verdict === 'charged'
              ? { reservation: { environment: 'live', keyId, ...placeOf(decided) } }
              : {}),
          });
          const prepared = Buffer.from(admittedAnswer(caller, decided));
          expect(prepared.equals(encodeRateLimitResponse(described))).toBe(true);
        }
      },
    ),
    { runs: 500 },
  );
});

/** A rate's rest is below its requests. */
function restsBelow(given: readonly OwnedLimit[], numbers: readonly number[]): number[] {
  const made = [...numbers];
  let at = 0;
  for (const { limit } of given) {
    if (limit.kind === 'rate') made[at + 1] = (made[at + 1] ?? 0) % limit.requests;
    at += limit.kind === 'rate' ? 2 : 1;
  }
  return made;
}
