import { beginNested, endNested, type Writer, writeText, writeUint32 } from './writer.ts';

/** Tags of length-delimited fields 1, 2 and 3. */
const first = 0x0a;
const second = 0x12;
const third = 0x1a;

/**
 * Writes a message of two texts, fields 1 and 2, such as a header's name and value. An empty text
 * is left out.
 */
export function writeTextPair(writer: Writer, tag: number, one: string, two: string): void {
  writeUint32(writer, tag);
  const begun = beginNested(writer);
  if (one !== '') {
    writeUint32(writer, first);
    writeText(writer, one);
  }
  if (two !== '') {
    writeUint32(writer, second);
    writeText(writer, two);
  }
  endNested(writer, begun);
}

/** Writes a `google.protobuf.Struct` whose values are texts, in the order of the record. */
export function writeTextStruct(
  writer: Writer,
  tag: number,
  texts: Readonly<Record<string, string>>,
): void {
  writeUint32(writer, tag);
  const begun = beginNested(writer);
  for (const key of Object.keys(texts)) {
    writeUint32(writer, first);
    const entry = beginNested(writer);
    writeUint32(writer, first);
    writeText(writer, key);
    writeUint32(writer, second);
    const value = beginNested(writer);
    writeUint32(writer, third);
    writeText(writer, texts[key] ?? '');
    endNested(writer, value);
    endNested(writer, entry);
  }
  endNested(writer, begun);
}
