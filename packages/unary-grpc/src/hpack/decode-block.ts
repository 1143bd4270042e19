import { CompressionError } from './compression-error.ts';
import {
  type DynamicTable,
  entryBytes,
  insertEntry,
  resizeTable,
  slotOf,
} from './dynamic-table.ts';
import { checkHuffman, decodeHuffman } from './huffman.ts';
import { type BlockReader, readInteger } from './integer.ts';
import { staticIndexMax, staticNames, staticValues } from './static-table.ts';

/** The fields of a block. Blocks of the same bytes may share one list, so nobody changes it. */
export interface HeaderList {
  /** Name, value, name, value; each character is a byte of what was sent (latin1). */
  readonly fields: readonly string[];
  /** There were more fields than the limits allow; the first ones are here. */
  readonly isTooLarge: boolean;
}

/** How much of a list is kept. */
export interface ListLimits {
  /** Names, values and 32 bytes for each field (RFC 9113, section 6.5.2). */
  readonly listBytesMax: number;
  readonly fieldsMax: number;
}

interface Decoding extends BlockReader {
  readonly block: Buffer;
  readonly table: DynamicTable;
  readonly fields: string[];
  /** What is left of the limits; nothing is kept once one was exceeded. */
  listBytesLeft: number;
  fieldsLeft: number;
  isTooLarge: boolean;
}

const sizeUpdatesMax = 2;

/**
 * Decodes a whole block and brings the table up to date. Beyond the limits fields are decoded, as
 * the table needs it, and dropped: the cost is bounded by the block's length, also where one byte
 * names a large entry. Throws `CompressionError`, after which the table is of no use.
 */
export function decodeBlock(block: Buffer, table: DynamicTable, limits: ListLimits): HeaderList {
  const decoding: Decoding = {
    block,
    at: 0,
    table,
    fields: [],
    listBytesLeft: limits.listBytesMax,
    fieldsLeft: limits.fieldsMax,
    isTooLarge: false,
  };
  readSizeUpdates(decoding);
  while (decoding.at < block.length) {
    const first = block[decoding.at] as number;
    if (first >= 0x80) readIndexed(decoding);
    else if (first >= 0x40) readLiteral(decoding, 6, true);
    else if (first < 0x20) readLiteral(decoding, 4, false);
    else throw new CompressionError('a table size after a field, or a third one');
  }
  return { fields: decoding.fields, isTooLarge: decoding.isTooLarge };
}

function readSizeUpdates(decoding: Decoding): void {
  const { block, table } = decoding;
  for (let count = 0; count < sizeUpdatesMax; count += 1) {
    if (((block[decoding.at] ?? 0) & 0xe0) !== 0x20) return;
    const bytesMax = readInteger(decoding, 5);
    if (bytesMax > table.bytesLimit) {
      throw new CompressionError(`a table of ${bytesMax} bytes, more than ${table.bytesLimit}`);
    }
    resizeTable(table, bytesMax);
  }
}

function readIndexed(decoding: Decoding): void {
  const index = readInteger(decoding, 7);
  if (index === 0) throw new CompressionError('index 0');
  if (index <= staticIndexMax) {
    keep(decoding, staticNames[index] as string, staticValues[index] as string);
    return;
  }
  const slot = dynamicSlot(decoding.table, index);
  keep(decoding, decoding.table.names[slot] as string, decoding.table.values[slot] as string);
}

/** A literal field; without indexing and never indexed are the same to who forwards nothing. */
function readLiteral(decoding: Decoding, prefixBits: number, isIndexed: boolean): void {
  const { table } = decoding;
  const index = readInteger(decoding, prefixBits);
  let name: string;
  if (index === 0) name = readString(decoding, isIndexed);
  else if (index <= staticIndexMax) name = staticNames[index] as string;
  else name = table.names[dynamicSlot(table, index)] as string;
  const value = readString(decoding, isIndexed);
  keep(decoding, name, value);
  if (isIndexed) insertEntry(table, name, value);
}

function dynamicSlot(table: DynamicTable, index: number): number {
  const age = index - staticIndexMax - 1;
  if (age >= table.count) throw new CompressionError(`index ${index}, beyond the table`);
  return slotOf(table, age);
}

/** A string; when neither the list nor the table needs it, only its coding is checked. */
function readString(decoding: Decoding, isIndexed: boolean): string {
  const { block } = decoding;
  const isHuffman = (block[decoding.at] ?? 0) >= 0x80;
  const length = readInteger(decoding, 7);
  const start = decoding.at;
  const end = start + length;
  if (end > block.length) throw new CompressionError('a string longer than its block');
  decoding.at = end;
  if (!decoding.isTooLarge || isIndexed) {
    return isHuffman ? decodeHuffman(block, start, end) : block.toString('latin1', start, end);
  }
  if (isHuffman) checkHuffman(block, start, end);
  return '';
}

function keep(decoding: Decoding, name: string, value: string): void {
  if (decoding.isTooLarge) return;
  decoding.listBytesLeft -= name.length + value.length + entryBytes;
  decoding.fieldsLeft -= 1;
  if (decoding.listBytesLeft < 0 || decoding.fieldsLeft < 0) decoding.isTooLarge = true;
  else decoding.fields.push(name, value);
}
