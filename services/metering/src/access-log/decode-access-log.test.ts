import { create, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import { expect, test } from '@jest/globals';
import { MetadataSchema } from '@tollgate/api/envoy/config/core/v3/base';
import {
  type HTTPAccessLogEntry,
  HTTPResponsePropertiesSchema,
} from '@tollgate/api/envoy/data/accesslog/v3/accesslog';
import {
  type StreamAccessLogsMessage,
  StreamAccessLogsMessageSchema,
} from '@tollgate/api/envoy/service/accesslog/v3/als';
import { checkProperty } from '@tollgate/testkit/properties';
import { damaged, messageBytes, onlyFields } from '@tollgate/testkit/wire';
import { MalformedMessage } from '@tollgate/wire';
import * as fc from 'fast-check';
import { decodeAccessLog } from './decode-access-log.ts';
import type { CallFacts, LoggedCall } from './logged-call.ts';

/** What is read; the rest is skipped unread. */
const kept = {
  'envoy.service.accesslog.v3.StreamAccessLogsMessage': [2, 3],
  'envoy.service.accesslog.v3.StreamAccessLogsMessage.TCPAccessLogEntries': [],
  'envoy.data.accesslog.v3.HTTPAccessLogEntry': [1, 4],
  'envoy.data.accesslog.v3.AccessLogCommon': [13, 17, 26, 33],
  'envoy.config.core.v3.Address': [],
  'envoy.config.core.v3.Metadata': [1],
  'envoy.data.accesslog.v3.HTTPResponseProperties': [1, 4, 5],
};
const readSchema = onlyFields(StreamAccessLogsMessageSchema, kept);
const words =
  `envoy.filters.http.ext_authz envoy.filters.http.ratelimit tollgate class upstream tenant
  environment live key key_ending admitted true false reservation grpc-status 13
  ten_01kab6tz6qe5xrg3m1m3v0w1rk key_01kab6tz6qe5xrg3m1m3v0w1rk`.split(/\s+/);
/** Parts of one record by themselves, so that what belongs together comes together often. */
const value = messageBytes(ValueSchema, { words, depth: 3 }).map((bytes) => nest(2, bytes));
const fact = fc
  .tuple(fc.constantFrom('class', 'admitted', 'x'), fc.array(value, { minLength: 1, maxLength: 2 }))
  .map(([name, values]) => nest(1, joined([nest(1, Buffer.from(name)), ...values])));
const filter = fc
  .tuple(
    fc.constantFrom('envoy.filters.http.ratelimit', 'tollgate'),
    fc.array(fact, { maxLength: 3 }),
  )
  .map(([name, facts]) => nest(1, joined([nest(1, Buffer.from(name)), nest(2, joined(facts))])));
const metadata = fc
  .oneof(messageBytes(MetadataSchema, { words, depth: 5 }), filter)
  .map((bytes) => nest(17, bytes));
const response = messageBytes(onlyFields(HTTPResponsePropertiesSchema, kept), { words, depth: 3 });
const record = fc
  .tuple(
    fc.array(metadata, { maxLength: 2 }),
    fc.array(
      response.map((bytes) => nest(4, bytes)),
      { maxLength: 2 },
    ),
  )
  .map(([common, responses]) => nest(2, nest(1, joined([nest(1, joined(common)), ...responses]))));
const messages = fc.oneof(
  { arbitrary: record, weight: 4 },
  { arbitrary: messageBytes(readSchema, { words, depth: 9 }), weight: 2 },
  { arbitrary: messageBytes(StreamAccessLogsMessageSchema, { words, depth: 7 }), weight: 1 },
);

const factNames = [
  'class',
  'tenant',
  'environment',
  'key',
  'admitted',
  'reservation',
  'key_ending',
] as const;

function reference(entry: HTTPAccessLogEntry): LoggedCall {
  const { commonProperties: common, response } = entry;
  const factsOf = (filter: string): CallFacts | undefined => {
    const said = common?.metadata?.filterMetadata[filter];
    if (!said) return undefined;
    const texts = factNames.map((name) => [name, said[name]] as const);
    return Object.fromEntries(texts.filter(([, value]) => typeof value === 'string'));
  };
  return {
    accessLogType: (common?.accessLogType ?? 0) >>> 0,
    requestId: common?.streamId ?? '',
    isPassedOn: common?.upstreamRemoteAddress !== undefined,
    check: factsOf('envoy.filters.http.ext_authz'),
    limiter: factsOf('envoy.filters.http.ratelimit'),
    route: factsOf('tollgate'),
    responseCode: response?.responseCode ?? 0,
    grpcStatus:
      response?.responseTrailers['grpc-status'] ?? response?.responseHeaders['grpc-status'],
  };
}

function protobufEs(schema: DescMessage, bytes: Uint8Array): readonly LoggedCall[] | 'refused' {
  try {
    const { logEntries } = fromBinary(schema, bytes) as StreamAccessLogsMessage;
    return logEntries.case === 'httpLogs' ? logEntries.value.logEntry.map(reference) : [];
  } catch {
    return 'refused';
  }
}

function own(bytes: Uint8Array): readonly LoggedCall[] | 'refused' {
  try {
    return decodeAccessLog(bytes);
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error;
    return 'refused';
  }
}

function expectSameAsReference(bytes: Uint8Array): void {
  expect(own(bytes)).toEqual(protobufEs(readSchema, bytes));
}

test('records of any fields in any order are read as by protobuf-es', () => {
  const property = fc.property(messages, (bytes) => {
    expectSameAsReference(bytes);
    // Faults in what is skipped are not seen; whatever protobuf-es takes whole is taken alike.
    const whole = protobufEs(StreamAccessLogsMessageSchema, bytes);
    if (whole !== 'refused') expect(own(bytes)).toEqual(whole);
  });
  checkProperty(property, { runs: 4_000 });
});

test('records cut off or damaged are refused, or read, as by protobuf-es', () => {
  checkProperty(fc.property(damaged(messages), expectSameAsReference), { runs: 6_000 });
});

test('random bytes are refused, or read, as by protobuf-es', () => {
  checkProperty(fc.property(fc.uint8Array({ maxLength: 60 }), expectSameAsReference), {
    runs: 4_000,
  });
});

test('values nested too deeply are refused, as by protobuf-es', () => {
  for (const depth of [20, 45, 46, 47, 60, 1_000]) {
    let bytes: Uint8Array = Uint8Array.of(0x1a, 0);
    for (let at = 0; at < depth; at += 1) bytes = nest(6, nest(1, bytes));
    const struct = nest(1, joined([nest(1, Buffer.from('class')), nest(2, bytes)]));
    const filter = nest(1, joined([nest(1, Buffer.from('x')), nest(2, struct)]));
    const message = nest(2, nest(1, nest(1, nest(17, filter))));
    expect([depth, own(message)]).toEqual([depth, protobufEs(readSchema, message)]);
  }
});

test('a record as Envoy writes it', () => {
  const bytes = toBinary(
    StreamAccessLogsMessageSchema,
    create(StreamAccessLogsMessageSchema, {
      logEntries: {
        case: 'httpLogs',
        value: {
          logEntry: [
            {
              commonProperties: {
                accessLogType: 6,
                streamId: '0d1f5a7e-1111-4222-8333-444455556666',
                upstreamRemoteAddress: {},
                metadata: {
                  filterMetadata: {
                    'envoy.filters.http.ext_authz': { class: 'upstream', count: 1 },
                    'envoy.filters.http.ratelimit': { admitted: 'true', nested: { class: 'x' } },
                    other: { class: 'nobody' },
                  },
                },
              },
              response: { responseCode: 200, responseTrailers: { 'grpc-status': '13' } },
            },
          ],
        },
      },
    }),
  );
  expect(decodeAccessLog(bytes)).toEqual([
    {
      accessLogType: 6,
      requestId: '0d1f5a7e-1111-4222-8333-444455556666',
      isPassedOn: true,
      check: { class: 'upstream' },
      limiter: { admitted: 'true' },
      responseCode: 200,
      grpcStatus: '13',
    },
  ]);
});

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((bytes) => [...bytes]));
}

function nest(number: number, bytes: Uint8Array): Uint8Array {
  const tag = number * 8 + 2;
  return Uint8Array.from([...varint(tag), ...varint(bytes.length), ...bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}
