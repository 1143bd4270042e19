import { create, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from '@jest/globals';
import { HeaderValueOption_HeaderAppendAction as AppendAction } from '@tollgate/api/envoy/config/core/v3/base';
import {
  type CheckRequest,
  CheckRequestSchema,
  CheckResponseSchema,
} from '@tollgate/api/envoy/service/auth/v3/external_auth';
import { checkProperty } from '@tollgate/testkit/properties';
import { damaged, messageBytes, onlyFields } from '@tollgate/testkit/wire';
import { MalformedMessage } from '@tollgate/wire';
import * as fc from 'fast-check';
import type { AnswerHeader, CheckAnswer } from '../answer.ts';
import { type CheckQuestion, contextOf, headersOf } from '../question.ts';
import { createCheckCodec } from './check-codec.ts';

const codec = createCheckCodec();
const words = [
  ...'x-api-key authorization x-request-id X-Api-Key class access upstream api public'.split(' '),
  'credential',
  '',
  `tg_live_${'a'.repeat(36)}`,
  `Bearer tg_test_${'b'.repeat(36)}`,
];
const requests = messageBytes(CheckRequestSchema, { words, depth: 5 });
/** Most fields are of no use to Auth: messages of those that are get deeper into it. */
const readSchema = onlyFields(CheckRequestSchema, {
  'envoy.service.auth.v3.AttributeContext': [4, 10],
  'envoy.service.auth.v3.AttributeContext.Request': [2],
  'envoy.service.auth.v3.AttributeContext.HttpRequest': [3, 13],
});
const readRequests = messageBytes(readSchema, { words, depth: 6 });

/** All that Auth reads of a request, or that the bytes are refused. */
function readBy(decode: (bytes: Uint8Array) => CheckQuestion, bytes: Uint8Array): unknown {
  let question: CheckQuestion;
  try {
    question = decode(bytes);
  } catch {
    return 'refused';
  }
  return { context: contextOf(question), headers: headersOf(question) };
}

function protobufEs(schema: DescMessage) {
  return (bytes: Uint8Array) => fromBinary(schema, bytes) as CheckRequest;
}

function expectSameAsReference(bytes: Uint8Array): void {
  expect(readBy(codec.decode, bytes)).toEqual(readBy(protobufEs(readSchema), bytes));
}

describe('a request', () => {
  test.each([
    ['of any fields', requests],
    ['of the fields that are read', readRequests],
  ])('%s in any order is read as by protobuf-es', (_name, messages) => {
    const property = fc.property(messages, (bytes) => {
      expectSameAsReference(bytes);
      // Faults in what is skipped are not seen; whatever protobuf-es takes whole is taken alike.
      const whole = readBy(protobufEs(CheckRequestSchema), bytes);
      if (whole !== 'refused') expect(readBy(codec.decode, bytes)).toEqual(whole);
    });
    checkProperty(property, { runs: 1_000 });
  });

  test('cut off or damaged is refused, or read, as by protobuf-es', () => {
    const property = fc.property(damaged(fc.oneof(readRequests, requests)), expectSameAsReference);
    checkProperty(property, { runs: 2_000 });
  });

  test('of random bytes is refused, or read, as by protobuf-es', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    checkProperty(fc.property(bytes, expectSameAsReference), { runs: 2_000 });
  });

  test('cut off is refused with one kind of error', () => {
    const headers = [{ key: 'x-api-key', rawValue: Buffer.from('tg_live_\u00ff', 'latin1') }];
    const whole = toBinary(
      CheckRequestSchema,
      create(CheckRequestSchema, { attributes: { request: { http: { headerMap: { headers } } } } }),
    );
    expect(headersOf(codec.decode(whole))).toEqual([
      { name: 'x-api-key', value: 'tg_live_\u00ff' },
    ]);
    for (let length = 1; length < whole.length; length += 1) {
      expect(() => codec.decode(whole.subarray(0, length))).toThrow(MalformedMessage);
    }
  });

  test('keeps nothing of the bytes it came in', () => {
    const headers = [{ key: 'authorization', rawValue: Buffer.from('Bearer tg_live_a') }];
    const bytes = toBinary(
      CheckRequestSchema,
      create(CheckRequestSchema, { attributes: { request: { http: { headerMap: { headers } } } } }),
    );
    const question = codec.decode(bytes);
    bytes.fill(0);
    expect(headersOf(question)).toEqual([{ name: 'authorization', value: 'Bearer tg_live_a' }]);
  });
});

const text = fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'grapheme', maxLength: 700 }));
const httpCode = fc.constantFrom(401 as const, 403 as const);
const headers: fc.Arbitrary<AnswerHeader[]> = fc.array(
  fc.record({
    header: fc.record({ key: text, value: text }),
    appendAction: fc.constantFrom(
      AppendAction.APPEND_IF_EXISTS_OR_ADD,
      AppendAction.OVERWRITE_IF_EXISTS_OR_ADD,
    ),
  }),
  { maxLength: 3 },
);
const answers: fc.Arbitrary<CheckAnswer> = fc.record({
  status: fc.record({ code: fc.nat(16) }),
  httpResponse: fc.oneof(
    fc.record({
      case: fc.constant('okResponse' as const),
      value: fc.record({ headers, headersToRemove: fc.array(text, { maxLength: 3 }) }),
    }),
    fc.record({
      case: fc.constant('deniedResponse' as const),
      value: fc.record({ status: fc.record({ code: httpCode }), headers, body: text }),
    }),
  ),
  dynamicMetadata: fc.dictionary(text, text, { noNullPrototype: true }),
});

test('an answer is written to the same bytes as by protobuf-es, and so it is again', () => {
  checkProperty(
    fc.property(answers, (answer) => {
      const reference = toBinary(CheckResponseSchema, create(CheckResponseSchema, answer));
      const hex = Buffer.from(reference).toString('hex');
      expect(Buffer.from(codec.encode(answer)).toString('hex')).toBe(hex);
      expect(Buffer.from(codec.encode(answer)).toString('hex')).toBe(hex);
    }),
    { runs: 1_000 },
  );
});
