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

/** Makes messages of a type up. */
type MakeUp = (desc: DescMessage, depth: number) => fc.Arbitrary<Uint8Array>;

/**
 * Bytes that a peer could send as this message: fields in any order and any number, unknown ones of
 * every wire type, numbers longer than need be, texts that are no UTF-8 now and then.
 */
export function messageBytes(desc: DescMessage, options: MessageOptions): fc.Arbitrary<Uint8Array> {
  const text = textBytes(options.words);
  // The types are many and nest, some in themselves: each is made up once for each depth.
  const made = new Map<string, fc.Arbitrary<Uint8Array>>();
  function makeUp(type: DescMessage, depth: number): fc.Arbitrary<Uint8Array> {
    const name = `${type.typeName} ${depth}`;
    let bytes = made.get(name);
    if (!bytes) {
      const known = type.fields.map((field) => fieldBytes(field, { text, makeUp, depth }));
      const field = fc.oneof(...known.map((arbitrary) => ({ arbitrary, weight: 8 })), {
        arbitrary: unknownFields,
        weight: 1 + known.length,
      });
      made.set(name, (bytes = fc.array(field, { maxLength: 4 }).map(joined)));
    }
    return bytes;
  }
  return makeUp(desc, options.depth);
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

interface FieldParts {
  readonly text: fc.Arbitrary<Uint8Array>;
  readonly makeUp: MakeUp;
  readonly depth: number;
}

function fieldBytes(field: DescField, parts: FieldParts): fc.Arbitrary<Uint8Array> {
  const { number } = field;
  const { text } = parts;
  if (field.fieldKind === 'map') {
    const key = text.map((bytes) => withTag(1, 2, bytes));
    const value = field.message
      ? nested(2, field.message, parts)
      : text.map((bytes) => withTag(2, 2, bytes));
    const any = fc.array(fc.oneof(key, value), { maxLength: 3 });
    return fc
      .oneof({ arbitrary: fc.tuple(key, value), weight: 3 }, { arbitrary: any, weight: 1 })
      .map((all) => withTag(number, 2, delimited(joined(all))));
  }
  if (field.message) return nested(number, field.message, parts);
  const scalar = field.scalar ?? ScalarType.INT32;
  if (scalar === ScalarType.STRING || scalar === ScalarType.BYTES) {
    return text.map((bytes) => withTag(number, 2, bytes));
  }
  if (scalar === ScalarType.DOUBLE) {
    return bytesOf(8).map((bytes) => withTag(number, 1, bytes));
  }
  return varints.map((bytes) => withTag(number, 0, bytes));
}

function nested(number: number, desc: DescMessage, { makeUp, depth }: FieldParts) {
  const bytes = depth > 0 ? makeUp(desc, depth - 1) : fc.constant(Uint8Array.of());
  return bytes.map((message) => withTag(number, 2, delimited(message)));
}

function textBytes(words: readonly string[]): fc.Arbitrary<Uint8Array> {
  const anyText = fc.string({ unit: 'binary', maxLength: 90 }).map((word) => Buffer.from(word));
  return fc
    .oneof(
      { arbitrary: fc.constantFrom(...words).map((word) => Buffer.from(word)), weight: 12 },
      { arbitrary: fc.string({ maxLength: 70 }).map((word) => Buffer.from(word)), weight: 4 },
      { arbitrary: anyText, weight: 3 },
      { arbitrary: fc.uint8Array({ maxLength: 6 }), weight: 1 },
    )
    .map(delimited);
}

/** Numbers of any size, in as many bytes as they need or in more, up to one too many. */
const varints = fc
  .tuple(fc.oneof(fc.nat(200).map(BigInt), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), fc.nat(60))
  .map(([value, padding]) => varint(value, padding > 11 ? 0 : padding));

/** Numbers of unknown fields: no message in use has a field of one of them. */
const strangeNumbers = fc.constantFrom(90, 1_000, 536_870_911);

const unknownFields = unknownField(3);

function unknownField(depth: number): fc.Arbitrary<Uint8Array> {
  const plain = fc.oneof(
    field(0, varints),
    field(1, bytesOf(8)),
    field(2, fc.uint8Array({ maxLength: 9 }).map(delimited)),
    field(5, bytesOf(4)),
  );
  if (depth === 0) return plain;
  const group = fc
    .tuple(strangeNumbers, fc.array(unknownField(depth - 1), { maxLength: 2 }))
    .map(([no, fields]) => withTag(no, 3, joined([...fields, withTag(no, 4, Uint8Array.of())])));
  return fc.oneof({ arbitrary: plain, weight: 4 }, { arbitrary: group, weight: 1 });
}

function field(wireType: number, value: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc.tuple(strangeNumbers, value).map(([no, bytes]) => withTag(no, wireType, bytes));
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
