import { encodeInteger } from '../integer.ts';
import { staticIndexMax, staticNames, staticValues } from '../static-table.ts';
import { encodeHuffman } from './encode-huffman.ts';

/** A field as a test writes it: name and value. */
export type Field = readonly [name: string, value: string];

/** How a field is put down; `indexed` falls back to `indexing` if the tables have no such field. */
export type Representation = 'indexed' | 'indexing' | 'plain' | 'never';

/** One field and the choices that an encoder has for it. */
export interface EncodedField {
  readonly field: Field;
  readonly representation: Representation;
  /** Whether a name of the tables is named by its index. */
  readonly isNameIndexed: boolean;
  readonly isNameHuffman: boolean;
  readonly isValueHuffman: boolean;
}

/** An encoder that a test steers; its table is a plain list, so that it shares nothing with ours. */
export function createNaiveEncoder(bytesLimit: number) {
  const table: Field[] = [];
  let bytesMax = Math.min(4_096, bytesLimit);

  function evict(): void {
    while (tableBytes(table) > bytesMax) table.pop();
  }

  /** The highest index, so that the dynamic table is preferred. */
  function indexOf(matches: (field: Field) => boolean): number {
    const at = table.findIndex(matches);
    if (at >= 0) return staticIndexMax + 1 + at;
    for (let index = staticIndexMax; index > 0; index -= 1) {
      if (matches([staticNames[index] as string, staticValues[index] as string])) return index;
    }
    return 0;
  }

  function encodeField(encoded: EncodedField): number[] {
    const [name, value] = encoded.field;
    const index = indexOf((field) => field[0] === name && field[1] === value);
    if (encoded.representation === 'indexed' && index > 0) return encodeInteger(index, 7, 0x80);
    const [prefixBits, flags] = {
      indexed: [6, 0x40] as const,
      indexing: [6, 0x40] as const,
      plain: [4, 0x00] as const,
      never: [4, 0x10] as const,
    }[encoded.representation];
    const nameIndex = encoded.isNameIndexed ? indexOf((field) => field[0] === name) : 0;
    const bytes = encodeInteger(nameIndex, prefixBits, flags);
    if (nameIndex === 0) bytes.push(...encodeString(name, encoded.isNameHuffman));
    bytes.push(...encodeString(value, encoded.isValueHuffman));
    if (prefixBits === 6) {
      table.unshift(encoded.field);
      evict();
    }
    return bytes;
  }

  return {
    /** A block; the sizes are put in force before its fields. */
    encode(fields: readonly EncodedField[], sizes: readonly number[] = []): Buffer {
      const bytes: number[] = [];
      for (const size of sizes) {
        bytes.push(...encodeInteger(size, 5, 0x20));
        bytesMax = size;
        evict();
      }
      for (const field of fields) bytes.push(...encodeField(field));
      return Buffer.from(bytes);
    },
    table: table as readonly Field[],
  };
}

/** A string as it stands in a block. */
export function encodeString(text: string, isHuffman: boolean): number[] {
  const bytes = isHuffman ? encodeHuffman(text) : [...Buffer.from(text, 'latin1')];
  return [...encodeInteger(bytes.length, 7, isHuffman ? 0x80 : 0x00), ...bytes];
}

function tableBytes(table: readonly Field[]): number {
  return table.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
}
