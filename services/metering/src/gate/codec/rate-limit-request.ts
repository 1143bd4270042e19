import { isCredentialHeader } from '@tollgate/credentials';
import {
  type Cursor,
  createCursor,
  createTextTable,
  nestedEnd,
  pointAt,
  readTag,
  readText,
  readUint64,
  skipField,
} from '@tollgate/wire';
import type { AskedDescriptor, AskedEntry, RateLimitQuestion } from '../read-question.ts';

/** Ids of tenants and keys, names of routes, addresses: a few thousand are in use at a time. */
const texts = createTextTable({ slots: 8_192, bytesMax: 64 });
/** Decoding never waits, so one place is enough. */
const place = createCursor();

/**
 * Decodes a `RateLimitRequest`: the fields that the gate reads, to the same values as protobuf-es.
 * Fields are told by their number, never by their wire type, which protobuf-es does not look at.
 *
 * @throws MalformedMessage for bytes that protobuf-es refuses.
 */
export function decodeRateLimitRequest(bytes: Uint8Array): RateLimitQuestion {
  pointAt(place, bytes);
  let domain = '';
  const descriptors: AskedDescriptor[] = [];
  while (place.position < place.end) {
    const tag = readTag(place);
    if (tag >>> 3 === 1) domain = texts.read(place);
    else if (tag >>> 3 === 2) descriptors.push(readDescriptor(place));
    else skipField(place, tag, 1);
  }
  return { domain, descriptors };
}

function readDescriptor(cursor: Cursor): AskedDescriptor {
  const end = nestedEnd(cursor);
  const entries: AskedEntry[] = [];
  let hitsAddend: bigint | undefined;
  let isNegativeHits = false;
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) entries.push(readEntry(cursor));
    else if (tag >>> 3 === 3) hitsAddend = readHits(cursor, hitsAddend);
    else if (tag >>> 3 === 4) isNegativeHits = readUint64(cursor) !== 0n;
    else skipField(cursor, tag, 2);
  }
  return { entries, hitsAddend, isNegativeHits };
}

function readEntry(cursor: Cursor): AskedEntry {
  const end = nestedEnd(cursor);
  let key = '';
  let value = '';
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) key = texts.read(cursor);
    else if (tag >>> 3 === 2) value = isKept(key) ? texts.read(cursor) : readText(cursor);
    else skipField(cursor, tag, 3);
  }
  return { key, value };
}

/**
 * Whether texts of an entry may stand in the table. No two requests have the same id: it would only
 * push out another text. Secrets never do: the time of a look tells what was there before.
 */
function isKept(key: string): boolean {
  return key !== 'rid' && !isCredentialHeader(key);
}

/** A wrapped number. Sent twice, it is one message in two parts. */
function readHits(cursor: Cursor, before: bigint | undefined): bigint {
  const end = nestedEnd(cursor);
  let value = before ?? 0n;
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) value = readUint64(cursor);
    else skipField(cursor, tag, 3);
  }
  return value;
}
