import { isCredentialHeader } from '@tollgate/credentials';
import {
  type Cursor,
  createCursor,
  createTextTable,
  latin1Of,
  nestedEnd,
  passBytes,
  passText,
  pointAt,
  readTag,
  skipField,
  textOf,
} from '@tollgate/wire';
import type { CheckQuestion, RawHeader } from '../question.ts';

/** Names of headers and words of routes. No value of a header ever gets here. */
const words = createTextTable({ slots: 1_024, bytesMax: 32 });
/** Decoding never waits, so one place is enough. */
const place = createCursor();
const noBytes = new Uint8Array(0);

/** What is found, while the message is read. */
interface Found {
  readonly contextExtensions: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly rawHeaders: RawHeader[];
}

/**
 * Decodes a `CheckRequest`: what the route says, and the headers that may carry a credential, to the
 * same values as protobuf-es. No text is made of anything else, nor is a raw header kept as bytes:
 * its text is put where the plain form has it. Fields are told by their number, never by their wire
 * type, which protobuf-es does not look at.
 *
 * @throws MalformedMessage for bytes that protobuf-es refuses, but for faults in what is skipped.
 */
export function decodeCheckRequest(bytes: Uint8Array): CheckQuestion {
  pointAt(place, bytes);
  const found: Found = { contextExtensions: {}, headers: {}, rawHeaders: [] };
  while (place.position < place.end) {
    const tag = readTag(place);
    if (tag >>> 3 === 1) readAttributes(place, found);
    else skipField(place, tag, 1);
  }
  const { contextExtensions, headers, rawHeaders } = found;
  const http = { headers, headerMap: { headers: rawHeaders } };
  return { attributes: { contextExtensions, request: { http } } };
}

function readAttributes(cursor: Cursor, found: Found): void {
  const end = nestedEnd(cursor);
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 4) readRequest(cursor, found);
    else if (tag >>> 3 === 10) readExtension(cursor, found);
    else skipField(cursor, tag, 2);
  }
}

function readExtension(cursor: Cursor, found: Found): void {
  const end = nestedEnd(cursor);
  let key = '';
  let value = '';
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) key = words.read(cursor);
    else if (tag >>> 3 === 2) value = words.read(cursor);
    else skipField(cursor, tag, 2);
  }
  if (key === 'class' || key === 'access') found.contextExtensions[key] = value;
}

function readRequest(cursor: Cursor, found: Found): void {
  const end = nestedEnd(cursor);
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 2) readHttp(cursor, found);
    else skipField(cursor, tag, 3);
  }
}

function readHttp(cursor: Cursor, found: Found): void {
  const end = nestedEnd(cursor);
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 3) readHeader(cursor, found);
    else if (tag >>> 3 === 13) readHeaderMap(cursor, found);
    else skipField(cursor, tag, 4);
  }
}

/** A header in the plain form: an entry of a map, of which the last one with its name counts. */
function readHeader(cursor: Cursor, found: Found): void {
  const end = nestedEnd(cursor);
  let name = '';
  let from = 0;
  let to = 0;
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) name = words.read(cursor);
    else if (tag >>> 3 === 2) {
      from = passText(cursor);
      to = cursor.position;
    } else skipField(cursor, tag, 4);
  }
  if (isCredentialHeader(name)) found.headers[name] = textOf(cursor.bytes, from, to);
}

function readHeaderMap(cursor: Cursor, found: Found): void {
  const end = nestedEnd(cursor);
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) readRawHeader(cursor, found);
    else skipField(cursor, tag, 5);
  }
}

function readRawHeader(cursor: Cursor, found: Found): void {
  const end = nestedEnd(cursor);
  let key = '';
  let from = 0;
  let to = 0;
  let rawFrom = 0;
  let rawTo = 0;
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) key = words.read(cursor);
    else if (tag >>> 3 === 2) {
      from = passText(cursor);
      to = cursor.position;
    } else if (tag >>> 3 === 3) {
      rawFrom = passBytes(cursor);
      rawTo = cursor.position;
    } else skipField(cursor, tag, 6);
  }
  if (!isCredentialHeader(key)) return;
  const { bytes } = cursor;
  const value = from < to ? textOf(bytes, from, to) : latin1Of(bytes, rawFrom, rawTo);
  found.rawHeaders.push({ key, value, rawValue: noBytes });
}
