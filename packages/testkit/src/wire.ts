import {
  clone,
  create,
  createFileRegistry,
  type DescField,
  type DescFile,
  type DescMessage,
  ScalarType,
} from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import * as fc from 'fast-check';

/** Numbers of the fields that are kept, by the name of their message; other messages keep all. */
export type KeptFields = Readonly<Record<string, readonly number[]>>;

/**
 * A message type with fields taken out of it, and out of the messages in it: protobuf-es then skips
 * them as it skips whatever it does not know. The reference for decoders that read only a part.
 */
export function onlyFields(schema: DescMessage, kept: KeptFields): DescMessage {
  const files = new Map<string, FileDescriptorProto>();
  collect(schema.file, files);
  for (const file of files.values()) {
    for (const message of file.messageType) keepFields(message, file.package, kept);
  }
  const set = create(FileDescriptorSetSchema, { file: [...files.values()] });
  const trimmed = createFileRegistry(set).getMessage(schema.typeName);
  if (!trimmed) throw new Error(`${schema.typeName} is not in its own file`);
  return trimmed;
}

/** Dependencies first, as the registry wants them. */
function collect(file: DescFile, into: Map<string, FileDescriptorProto>): void {
  for (const dependency of file.dependencies) collect(dependency, into);
  into.set(file.name, clone(FileDescriptorProtoSchema, file.proto));
}

function keepFields(message: DescriptorProto, scope: string, kept: KeptFields): void {
  const name = `${scope}.${message.name}`;
  const numbers = kept[name];
  if (numbers) message.field = message.field.filter(({ number }) => numbers.includes(number));
  for (const nested of message.nestedType) keepFields(nested, name, kept);
}

/** How messages are made up. */
export interface MessageOptions {
  /** Texts that mean something, such as names of headers; others come, too. */
  readonly words: readonly string[];
  /** Messages within messages. */
  readonly depth: number;
}

/**
 * Bytes that a peer could send as this message: fields in any order and any number, unknown ones of
 * every wire type, numbers longer than need be, texts that are no UTF-8 now and then.
 */
export function messageBytes(desc: DescMessage, options: MessageOptions): fc.Arbitrary<Uint8Array> {
  const known = desc.fields.map((field) => fieldBytes(field, options));
  const field = fc.oneof(...known.map((arbitrary) => ({ arbitrary, weight: 8 })), {
    arbitrary: unknownField(3),
    weight: 1 + known.length,
  });
  return fc.array(field, { maxLength: 7 }).map(joined);
}

/** The same bytes cut off, or with some changed, put in or taken out. */
export function damaged(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const damage = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('cut', 'change', 'put in', 'take out'),
    byte: fc.nat(255),
  });
  return fc.tuple(bytes, fc.array(damage, { minLength: 1, maxLength: 3 })).map(([whole, all]) => {
    const list = [...whole];
    for (const { at, kind, byte } of all) {
      const place = at % (list.length + 1);
      if (kind === 'cut') list.length = place;
      else if (kind === 'change') list.splice(place, 1, byte);
      else if (kind === 'put in') list.splice(place, 0, byte);
      else list.splice(place, 1);
    }
    return Uint8Array.from(list);
  });
}

function fieldBytes(field: DescField, options: MessageOptions): fc.Arbitrary<Uint8Array> {
  const { number } = field;
  if (field.fieldKind === 'map') {
    const key = text(options).map((bytes) => withTag(1, 2, bytes));
    const value = field.message
      ? nested(2, field.message, options)
      : text(options).map((bytes) => withTag(2, 2, bytes));
    const parts = fc.array(fc.oneof(key, value), { maxLength: 3 });
    return fc
      .oneof({ arbitrary: fc.tuple(key, value), weight: 3 }, { arbitrary: parts, weight: 1 })
      .map((all) => withTag(number, 2, delimited(joined(all))));
  }
  if (field.message) return nested(number, field.message, options);
  const scalar = field.scalar ?? ScalarType.INT32;
  if (scalar === ScalarType.STRING || scalar === ScalarType.BYTES) {
    return text(options).map((bytes) => withTag(number, 2, bytes));
  }
  if (scalar === ScalarType.DOUBLE) {
    return bytesOf(8).map((bytes) => withTag(number, 1, bytes));
  }
  return varints.map((bytes) => withTag(number, 0, bytes));
}

function nested(number: number, desc: DescMessage, { words, depth }: MessageOptions) {
  if (depth <= 0) return fc.constant(withTag(number, 2, Uint8Array.of(0)));
  return fc
    .nat(0)
    .chain(() => messageBytes(desc, { words, depth: depth - 1 }))
    .map((bytes) => withTag(number, 2, delimited(bytes)));
}

function text({ words }: MessageOptions): fc.Arbitrary<Uint8Array> {
  return fc
    .oneof(
      { arbitrary: fc.constantFrom(...words).map((word) => Buffer.from(word)), weight: 12 },
      { arbitrary: fc.string({ maxLength: 70 }).map((word) => Buffer.from(word)), weight: 4 },
      {
        arbitrary: fc.string({ unit: 'binary', maxLength: 90 }).map((word) => Buffer.from(word)),
        weight: 3,
      },
      { arbitrary: fc.uint8Array({ maxLength: 6 }), weight: 1 },
    )
    .map(delimited);
}

/** Numbers of any size, in as many bytes as they need or in more, up to one too many. */
const varints = fc
  .tuple(fc.oneof(fc.nat(200).map(BigInt), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), fc.nat(60))
  .map(([value, padding]) => varint(value, padding > 11 ? 0 : padding));

/** Smallest number of an unknown field: no message in use has one of that number. */
const strangeNumber = 20;

function unknownField(depth: number): fc.Arbitrary<Uint8Array> {
  const number = fc.constantFrom(strangeNumber, 1_000, 536_870_911);
  const plain = number.chain((no) =>
    fc.oneof(
      varints.map((bytes) => withTag(no, 0, bytes)),
      bytesOf(8).map((bytes) => withTag(no, 1, bytes)),
      fc.uint8Array({ maxLength: 9 }).map((bytes) => withTag(no, 2, delimited(bytes))),
      bytesOf(4).map((bytes) => withTag(no, 5, bytes)),
    ),
  );
  if (depth === 0) return plain;
  const group = fc
    .tuple(number, fc.array(unknownField(depth - 1), { maxLength: 2 }))
    .map(([no, fields]) => withTag(no, 3, joined([...fields, withTag(no, 4, Uint8Array.of())])));
  return fc.oneof({ arbitrary: plain, weight: 4 }, { arbitrary: group, weight: 1 });
}

function bytesOf(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

function withTag(number: number, wireType: number, value: Uint8Array): Uint8Array {
  return joined([varint((BigInt(number) << 3n) | BigInt(wireType)), value]);
}

function delimited(bytes: Uint8Array): Uint8Array {
  return joined([varint(BigInt(bytes.length)), bytes]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** A varint; with more than a zero of `padding` it goes on for that many bytes longer. */
function varint(value: bigint, padding = 0): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  } while (rest > 0n);
  for (let more = 0; more < padding; more += 1) bytes.push(0x80);
  bytes.push((bytes.pop() ?? 0) & 0x7f);
  return Uint8Array.from(bytes);
}
