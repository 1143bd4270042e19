import { create, toBinary } from '@bufbuild/protobuf';
import { expect, test } from '@jest/globals';
import { RateLimitRequestSchema } from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import { checkProperty } from '@tollgate/testkit/properties';
import fc from 'fast-check';
import { decodeRateLimitRequest } from '../codec/rate-limit-request.ts';
import { readQuestions } from '../read-question.ts';
import { createRecogniser } from './recogniser.ts';

const usual = {
  phase: 'admit',
  tenant: 'ten_01kabcdefghjkmnpqrstvwxyz0',
  environment: 'live',
  key: 'key_01kabcdefghjkmnpqrstvwxyz0',
  key_limit: '100/60',
  class: 'upstream',
  route: 'widgets',
  masked_remote_address: '192.0.2.1/32',
  rid: '5f3c2a4e-0f2b-4f7b-9a40-5d7d0a5f6b11',
};

function messageOf(entries: Readonly<Record<string, string>>, hits = 1n): Uint8Array {
  const list = Object.entries(entries).map(([key, value]) => ({ key, value }));
  const descriptors = [{ entries: list, hitsAddend: hits }];
  return toBinary(
    RateLimitRequestSchema,
    create(RateLimitRequestSchema, { domain: 'tollgate', descriptors }),
  );
}

/** What decoding makes of a message: the one counted call that it asks for, or nothing. */
function decoded(message: Uint8Array) {
  try {
    const questions = readQuestions(decodeRateLimitRequest(message));
    return questions.length === 1 && questions[0]?.kind === 'upstream' ? questions[0] : undefined;
  } catch {
    return undefined;
  }
}

function recogniserOfTests(identitiesMax?: number) {
  let made = 0;
  const recognise = createRecogniser((question) => {
    made += 1;
    return question;
  }, identitiesMax);
  return {
    made: () => made,
    look(message: Uint8Array) {
      try {
        const found = recognise(message);
        if (!found) return undefined;
        const { known, idFrom, idLength } = found;
        const requestId = Buffer.from(message.subarray(idFrom, idFrom + idLength)).toString();
        return { ...known, requestId };
      } catch {
        return undefined;
      }
    },
  };
}

test('who asks in the same bytes is recognised, and the call’s own id is found', () => {
  const { look, made } = recogniserOfTests();
  for (let call = 0; call < 5; call += 1) {
    const rid = `5f3c2a4e-0f2b-4f7b-9a40-5d7d0a5f6b1${call}`;
    const asked = { ...usual, rid, masked_remote_address: `192.0.2.${call}/32` };
    expect(look(messageOf(asked))).toEqual(decoded(messageOf(asked)));
  }
  expect(made()).toBe(1);
});

const values: Record<keyof typeof usual, fc.Arbitrary<string>> = {
  phase: fc.constantFrom('admit', 'giveback', ''),
  tenant: fc.constantFrom(usual.tenant, 'ten_01kabcdefghjkmnpqrstvwxyz1', 'anonymous'),
  environment: fc.constantFrom('live', 'test', 'else'),
  key: fc.constantFrom(usual.key, 'none', 'key_b'),
  key_limit: fc.constantFrom('none', '100/60', '5/1', 'x'),
  class: fc.constantFrom('upstream', 'api'),
  route: fc.string({ maxLength: 70 }),
  masked_remote_address: fc.constantFrom('192.0.2.1/32', '2001:db8::/64'),
  rid: fc.oneof(fc.uuid(), fc.string({ maxLength: 140 })),
};

test('what is recognised is what decoding says, whatever is missing, doubled, moved or damaged', () => {
  const { look } = recogniserOfTests();
  const entries = fc.oneof(
    { weight: 3, arbitrary: fc.record(values) },
    { weight: 1, arbitrary: fc.record(values, { requiredKeys: [] }) },
    {
      weight: 1,
      arbitrary: fc
        .shuffledSubarray(Object.keys(usual))
        .map((keys) => Object.fromEntries(Object.entries(usual).filter(([k]) => keys.includes(k)))),
    },
  );
  const damage = fc.option(fc.record({ at: fc.nat({ max: 300 }), byte: fc.nat({ max: 255 }) }));
  checkProperty(
    fc.property(entries, fc.constantFrom(1n, 1n, 2n), damage, (asked, hits, harm) => {
      const message = messageOf(asked, hits);
      if (harm && harm.at < message.length) message[harm.at] = harm.byte;
      const found = look(message);
      // It may leave a message to decoding, and must never say anything else than it.
      if (found) expect(found).toEqual(decoded(message));
    }),
    { runs: 3_000 },
  );
});

test('as many identities as the bound says are remembered, and what is used stays', () => {
  const { look, made } = recogniserOfTests(80);
  const lookAt = (key: number) =>
    look(messageOf({ ...usual, key: `key_${String(key).padStart(20, '0')}` }));
  for (let key = 0; key < 80; key += 1) lookAt(key);
  expect(made()).toBe(80);
  lookAt(0);
  expect(made()).toBe(80);
  // It is the eighty-first, for which ten others went.
  lookAt(1);
  expect(made()).toBe(81);
  for (let key = 1_000; key < 1_200; key += 1) {
    lookAt(key);
    lookAt(0);
  }
  expect(made()).toBe(281);
  lookAt(79);
  expect(made()).toBe(282);
});
