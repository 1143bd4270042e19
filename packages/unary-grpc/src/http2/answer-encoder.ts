import { encodeLiteral, textBytes } from '../hpack/encode-literal.ts';
import { encodeInteger } from '../hpack/integer.ts';
import { staticIndexes, staticIndexMax, staticNames, staticValues } from '../hpack/static-table.ts';

/** The headers or trailers of an answer. */
export interface AnswerFields {
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** The same object with every answer: its fields go into the peer's table, and are numbers then. */
  readonly isRepeated: boolean;
}

/** The sending half of a connection's header compression. */
export interface AnswerEncoder {
  /** A whole block. Blocks must be sent in the order in which they are made. */
  encode(answer: AnswerFields): Uint8Array;
  /** The peer's table has at most so many bytes. */
  limitTable(bytes: number): void;
}

/** What every peer's table holds unless it says otherwise; RFC 9113, section 6.5.2. */
const assumedTableBytes = 4_096;
/** Fields in the peer's table: far fewer than fit, so none is ever pushed out. */
const tableFieldsMax = 16;
/** Tells the peer to empty its table; RFC 7541, section 6.3. */
const emptyTable = 0x20;

const staticFields = new Map(
  staticNames.map((name, index) => [`${name}\n${staticValues[index]}`, index]),
);

/** An encoder for one connection. */
export function createAnswerEncoder(): AnswerEncoder {
  /** Newest first, as they are numbered. */
  const table: string[] = [];
  const known = new Map<AnswerFields, Uint8Array>();
  let isIndexing = true;
  let mustEmptyTable = false;

  function encodeField(name: string, value: string, isRepeated: boolean): ArrayLike<number> {
    const key = `${name}\n${value}`;
    const index = staticFields.get(key) ?? staticIndexMax + 1 + table.indexOf(key);
    if (index !== staticIndexMax) return encodeInteger(index, 7, 0x80);
    if (!isRepeated || !isIndexing || table.length >= tableFieldsMax) {
      return encodeLiteral(name, value);
    }
    table.unshift(key);
    known.clear();
    const nameIndex = staticIndexes.get(name) ?? 0;
    const nameBytes = nameIndex === 0 ? textBytes(name) : [];
    return [...encodeInteger(nameIndex, 6, 0x40), ...nameBytes, ...textBytes(value)];
  }
  return {
    encode(answer) {
      const before = known.get(answer);
      if (before) return before;
      const bytes: number[] = mustEmptyTable ? [emptyTable] : [];
      const isSteady = !mustEmptyTable;
      mustEmptyTable = false;
      const tableFields = table.length;
      for (const [name, value] of answer.fields) {
        bytes.push(...Array.from(encodeField(name, value, answer.isRepeated)));
      }
      const block = Uint8Array.from(bytes);
      // A block that fills the table says something else the next time.
      if (answer.isRepeated && isSteady && table.length === tableFields) known.set(answer, block);
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
