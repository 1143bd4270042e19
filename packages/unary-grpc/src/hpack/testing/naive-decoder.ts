import { endOfString, huffmanCodes } from '../huffman-codes.ts';
import { staticIndexMax, staticNames, staticValues } from '../static-table.ts';

/** A dynamic table as a plain list, newest first. */
export interface NaiveTable {
  entries: (readonly [name: string, value: string])[];
  bytesMax: number;
  readonly bytesLimit: number;
}

class Fault extends Error {}

const symbolOfBits = new Map(
  huffmanCodes.map(({ code, bits }, symbol) => [code.toString(2).padStart(bits, '0'), symbol]),
);

/**
 * The fields of a block, or nothing for one that is wrong: RFC 7541 as it reads, by lists and texts
 * of bits, to compare the real decoder with. Only the codes and the static table are shared.
 */
export function decodeNaively(block: Uint8Array, table: NaiveTable): string[][] | undefined {
  try {
    return decode([...block], table);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function decode(bytes: number[], table: NaiveTable): string[][] {
  const fields: string[][] = [];
  for (let part = 0; bytes.length > 0; part += 1) {
    const bits = (bytes[0] as number).toString(2).padStart(8, '0');
    if (bits.startsWith('1')) {
      fields.push([...entryAt(integer(bytes, 7), table)]);
    } else if (bits.startsWith('001')) {
      table.bytesMax = integer(bytes, 5);
      if (part >= 2 || fields.length > 0 || table.bytesMax > table.bytesLimit) throw new Fault();
      evict(table);
    } else {
      const isIndexed = bits.startsWith('01');
      const index = integer(bytes, isIndexed ? 6 : 4);
      const name = index > 0 ? entryAt(index, table)[0] : text(bytes);
      const field = [name, text(bytes)] as const;
      fields.push([...field]);
      if (isIndexed) table.entries.unshift(field);
      evict(table);
    }
  }
  return fields;
}

function evict(table: NaiveTable): void {
  const bytes = () => table.entries.reduce((sum, [a, b]) => sum + a.length + b.length + 32, 0);
  while (bytes() > table.bytesMax) table.entries.pop();
}

function entryAt(index: number, { entries }: NaiveTable): readonly [string, string] {
  if (index > staticIndexMax) return entries[index - staticIndexMax - 1] ?? fail();
  return index > 0 ? [staticNames[index] as string, staticValues[index] as string] : fail();
}

function integer(bytes: number[], prefixBits: number): number {
  const prefixMax = 2 ** prefixBits - 1;
  let value = (bytes.shift() ?? fail()) % (prefixMax + 1);
  if (value < prefixMax) return value;
  for (const weight of [1, 2 ** 7, 2 ** 14, 2 ** 21]) {
    const byte = bytes.shift() ?? fail();
    value += (byte % 128) * weight;
    if (byte < 128) return value;
  }
  return fail();
}

function text(bytes: number[]): string {
  const isHuffman = (bytes[0] ?? fail()) >= 128;
  const length = integer(bytes, 7);
  if (length > bytes.length) fail();
  const coded = bytes.splice(0, length);
  return String.fromCharCode(...(isHuffman ? symbols(coded) : coded));
}

function symbols(coded: number[]): number[] {
  const found: number[] = [];
  let bits = '';
  for (const bit of coded.map((byte) => byte.toString(2).padStart(8, '0')).join('')) {
    bits += bit;
    const symbol = symbolOfBits.get(bits);
    if (symbol === undefined) continue;
    if (symbol === endOfString) fail();
    found.push(symbol);
    bits = '';
  }
  return /^1{0,7}$/.test(bits) ? found : fail();
}

function fail(): never {
  throw new Fault();
}
