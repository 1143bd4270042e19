import { entryBytes } from './dynamic-table.ts';
import { encodeLiteral, textBytes } from './encode-literal.ts';
import { encodeInteger } from './integer.ts';
import { staticIndexes, staticIndexMax, staticNames, staticValues } from './static-table.ts';

/** Headers or trailers, in the order of sending. */
export interface HeaderFields {
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** The same object every time: its fields go into the peer's table, and are numbers then. */
  readonly isRepeated: boolean;
}

/** The sending half of a connection's header compression. */
export interface HeaderEncoder {
  /**
   * A whole block, or a part of one. They must be sent in the order in which they are made, and a
   * block may be several of them, one after the other.
   */
  encode(headers: HeaderFields): Uint8Array;
  /** The peer's table has at most so many bytes. */
  limitTable(bytes: number): void;
}

/**
 * What every peer's table holds unless it says otherwise; RFC 9113, section 6.5.2. What does not fit
 * beside what is there stays out, so that nothing is ever pushed out.
 */
const assumedTableBytes = 4_096;
/** Tells the peer to empty its table; RFC 7541, section 6.3. */
const emptyTable = 0x20;

const staticFields = new Map(
  staticNames.map((name, index) => [`${name}\n${staticValues[index]}`, index]),
);

/** An encoder for one connection. */
export function createHeaderEncoder(): HeaderEncoder {
  /** Newest first, as they are numbered. */
  const table: string[] = [];
  let tableBytes = 0;
  const known = new Map<HeaderFields, Uint8Array>();
  let isIndexing = true;
  let mustEmptyTable = false;

  function encodeField(name: string, value: string, isRepeated: boolean): ArrayLike<number> {
    const key = `${name}\n${value}`;
    const index = staticFields.get(key) ?? staticIndexMax + 1 + table.indexOf(key);
    if (index !== staticIndexMax) return encodeInteger(index, 7, 0x80);
    const bytes = name.length + value.length + entryBytes;
    if (!isRepeated || !isIndexing || tableBytes + bytes > assumedTableBytes) {
      return encodeLiteral(name, value);
    }
    table.unshift(key);
    tableBytes += bytes;
    known.clear();
    const nameIndex = staticIndexes.get(name) ?? 0;
    const nameBytes = nameIndex === 0 ? textBytes(name) : [];
    return [...encodeInteger(nameIndex, 6, 0x40), ...nameBytes, ...textBytes(value)];
  }
  return {
    encode(headers) {
      const before = known.get(headers);
      if (before) return before;
      const bytes: number[] = mustEmptyTable ? [emptyTable] : [];
      const isSteady = !mustEmptyTable;
      mustEmptyTable = false;
      const tableFields = table.length;
      for (const [name, value] of headers.fields) {
        bytes.push(...Array.from(encodeField(name, value, headers.isRepeated)));
      }
      const block = Uint8Array.from(bytes);
      // A block that fills the table says something else the next time.
      if (headers.isRepeated && isSteady && table.length === tableFields) known.set(headers, block);
      return block;
    },
    limitTable(bytes) {
      if (bytes >= assumedTableBytes || !isIndexing) return;
      // Whatever room there is for the two fields in question, doing without is simpler.
      isIndexing = false;
      mustEmptyTable = true;
      table.length = 0;
      known.clear();
    },
  };
}
