import { create, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from '@jest/globals';
import {
  RateLimitResponse_Code as Code,
  type RateLimitRequest,
  RateLimitRequestSchema,
  RateLimitResponseSchema,
  RateLimitResponse_RateLimit_Unit as Unit,
} from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import { checkProperty } from '@tollgate/testkit/properties';
import { damaged, messageBytes, onlyFields } from '@tollgate/testkit/wire';
import { MalformedMessage } from '@tollgate/wire';
import * as fc from 'fast-check';
import type { RateLimitAnswer } from '../describe-decision.ts';
import type { RateLimitQuestion } from '../read-question.ts';
import { rateLimitCodec } from './rate-limit-codec.ts';

const words =
  `tollgate phase admit giveback tenant environment live test key key_limit none 100/60 class upstream
  api route rid x-api-key authorization ten_01kab6tz6qe5xrg3m1m3v0w1rk
  key_01kab6tz6qe5xrg3m1m3v0w1rk 192.0.2.1/32`.split(/\s+/);
const requests = messageBytes(RateLimitRequestSchema, { words, depth: 3 });
/** What the gate reads of the request; the rest is skipped unread. */
const readSchema = onlyFields(RateLimitRequestSchema, {
  'envoy.service.ratelimit.v3.RateLimitRequest': [1, 2],
  'envoy.extensions.common.ratelimit.v3.RateLimitDescriptor': [1, 3, 4],
});

/** The values that the gate reads, or that the bytes are refused. */
function readBy(decode: (bytes: Uint8Array) => RateLimitQuestion, bytes: Uint8Array): unknown {
  let question: RateLimitQuestion;
  try {
    question = decode(bytes);
  } catch {
    return 'refused';
  }
  const { domain, descriptors } = question;
  return {
    domain,
    descriptors: descriptors.map(({ entries, hitsAddend, isNegativeHits }) => ({
      entries: entries.map(({ key, value }) => [key, value]),
      hits: hitsAddend,
      isNegativeHits,
    })),
  };
}

function protobufEs(schema: DescMessage) {
  return (bytes: Uint8Array) => fromBinary(schema, bytes) as RateLimitRequest;
}

function expectSameAsReference(bytes: Uint8Array): void {
  const own = readBy(rateLimitCodec.decode, bytes);
  expect(own).toEqual(readBy(protobufEs(readSchema), bytes));
}

describe('a request', () => {
  test('of any fields in any order is read as by protobuf-es', () => {
    const property = fc.property(requests, (bytes) => {
      expectSameAsReference(bytes);
      // Faults in what is skipped are not seen; whatever protobuf-es takes whole is taken alike.
      const whole = readBy(protobufEs(RateLimitRequestSchema), bytes);
      if (whole !== 'refused') expect(readBy(rateLimitCodec.decode, bytes)).toEqual(whole);
    });
    checkProperty(property, { runs: 2_000 });
  });

  test('cut off or damaged is refused, or read, as by protobuf-es', () => {
    checkProperty(fc.property(damaged(requests), expectSameAsReference), { runs: 4_000 });
  });

  test('of random bytes is refused, or read, as by protobuf-es', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    checkProperty(fc.property(bytes, expectSameAsReference), { runs: 4_000 });
  });

  test('cut off is refused with one kind of error', () => {
    const whole = toBinary(
      RateLimitRequestSchema,
      create(RateLimitRequestSchema, { domain: 'tollgate', descriptors: [{ hitsAddend: 1n }] }),
    );
    expect(rateLimitCodec.decode(whole).descriptors).toEqual([
      { entries: [], hitsAddend: 1n, isNegativeHits: false },
    ]);
    expect(() => rateLimitCodec.decode(whole.subarray(0, -1))).toThrow(MalformedMessage);
  });
});

const codes = [Code.UNKNOWN, Code.OK, Code.OVER_LIMIT];
const units = [Unit.UNKNOWN, Unit.SECOND, Unit.DAY, Unit.WEEK];
const uint32 = fc.oneof(fc.nat(300), fc.constant(0xffff_ffff));
const text = fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'grapheme', maxLength: 200 }));
const answers: fc.Arbitrary<RateLimitAnswer> = fc.record(
  {
    overallCode: fc.constantFrom(...codes),
    statuses: fc.array(
      fc.record({
        code: fc.constantFrom(...codes),
        currentLimit: fc.record(
          {
            name: text,
            requestsPerUnit: uint32,
            unit: fc.constantFrom(...units),
            unitMultiplier: uint32,
          },
          { requiredKeys: ['name', 'requestsPerUnit', 'unit'] },
        ),
        limitRemaining: uint32,
        durationUntilReset: fc.record({ seconds: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }) }),
      }),
      { maxLength: 4 },
    ),
    dynamicMetadata: fc.dictionary(text, text, { noNullPrototype: true }),
    rawBody: fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
    responseHeadersToAdd: fc.array(fc.record({ key: text, value: text }), { maxLength: 3 }),
    requestHeadersToAdd: fc.array(fc.record({ key: text, value: text }), { maxLength: 3 }),
  },
  { requiredKeys: ['overallCode'] },
);

test('an answer is written to the same bytes as by protobuf-es', () => {
  checkProperty(
    fc.property(answers, (answer) => {
      const reference = toBinary(RateLimitResponseSchema, create(RateLimitResponseSchema, answer));
      expect(Buffer.from(rateLimitCodec.encode(answer)).toString('hex')).toBe(
        Buffer.from(reference).toString('hex'),
      );
    }),
    { runs: 2_000 },
  );
});

test('an answer stays as it is while others are written', () => {
  const answer = { overallCode: Code.OK, dynamicMetadata: { limit_id: 'per-day' } };
  const first = rateLimitCodec.encode(answer);
  const before = Buffer.from(first).toString('hex');
  for (let more = 0; more < 2_000; more += 1) {
    rateLimitCodec.encode({ overallCode: Code.OK, rawBody: new Uint8Array(more).fill(7) });
  }
  expect(Buffer.from(first).toString('hex')).toBe(before);
});
