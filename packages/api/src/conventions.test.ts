import { readFile } from 'node:fs/promises';
import {
  create,
  createFileRegistry,
  type DescField,
  type DescMessage,
  fromBinary,
  getOption,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { field as rules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { describe, expect, test } from '@jest/globals';
import { events } from './gen/events.ts';
import { PlanLimitSchema } from './gen/tollgate/billing/v1/billing_service_pb.ts';
import { GetUsageRequestSchema } from './gen/tollgate/metering/v1/metering_service_pb.ts';
import { event_subjects } from './gen/tollgate/options/v1/options_pb.ts';
import type { UsageWindow } from './gen/words.ts';

const descriptors = await readFile(new URL('./gen/tollgate.binpb', import.meta.url));
const set = fromBinary(FileDescriptorSetSchema, descriptors);
const ours = [...createFileRegistry(set).files].filter(({ name }) => name.startsWith('tollgate/'));
const messages = ours.flatMap((file) => file.messages.flatMap(withNested));
const fields = messages.flatMap((message) => message.fields);

function withNested(message: DescMessage): DescMessage[] {
  return [message, ...message.nestedMessages.flatMap(withNested)];
}

const nameOf = (field: DescField) => `${field.parent.typeName}.${field.name}`;

/**
 * An instant is called `*_time`, a bound of a span `start`, `end`, `*_start` or `*_end`.
 * These are not, because users of such products know them under these names.
 */
const otherNamesOfTimes = [
  'tollgate.auth.v1.ApiKey.expires_at',
  'tollgate.auth.v1.CreateApiKeyRequest.expires_at',
  'tollgate.metering.v1.LimitState.reset_at',
];

test('an instant is named *_time, the bounds of a span *start and *end, or is a listed exception', () => {
  const times = fields.filter((field) => field.message?.typeName === TimestampSchema.typeName);
  expect(times.length).toBeGreaterThan(0);
  const others = times.filter(({ name }) => !/_time$|^(?:.*_)?(?:start|end)$/.test(name));
  expect(others.map(nameOf).toSorted()).toEqual(otherNamesOfTimes);
});

test('the words of a text are declared as a closed set, never as a rule of one field', () => {
  const listed = fields.filter((field) => {
    const { type } = getOption(field, rules);
    const rule = type.case === 'repeated' ? type.value.items?.type : type;
    return rule?.case === 'string' && (rule.value.in.length > 0 || rule.value.const !== '');
  });
  expect(listed.map(nameOf)).toEqual([]);
});

describe('the events', () => {
  const declared = messages.filter(({ file }) => file.name.endsWith('/events'));

  test('are all the messages of events.proto, but for parts of them', () => {
    const parts = new Set(fields.map(({ message }) => message?.typeName));
    const silent = declared.filter((message) => {
      return getOption(message, event_subjects).length === 0 && !parts.has(message.typeName);
    });
    expect(declared.length).toBeGreaterThan(0);
    expect(silent.map(({ typeName }) => typeName)).toEqual([]);
  });

  test('are listed with every subject that a message declares', () => {
    const pairs = events.map(({ subject, schema }) => [subject, schema.typeName]);
    const expected = messages.flatMap((message) =>
      getOption(message, event_subjects).map((subject) => [subject, message.typeName]),
    );
    expect(pairs.toSorted()).toEqual(expected.toSorted());
    expect(pairs.length).toBeGreaterThan(0);
  });
});

test('a word outside its set does not compile', () => {
  // @ts-expect-error it is no word of LimitKind
  expect(create(PlanLimitSchema, { kind: 'speed' }).kind).toBe('speed');
  const { window } = create(GetUsageRequestSchema);
  // Where no word is required, the compiler knows that it may be empty.
  const given: UsageWindow = window || 'day';
  expect(given).toBe('day');
  // @ts-expect-error it may be empty
  const empty: UsageWindow = window;
  expect(empty).toBe('');
});
