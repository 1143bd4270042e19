import {
  type Cursor,
  createCursor,
  createTextTable,
  MalformedMessage,
  nestedEnd,
  pointAt,
  readTag,
  readText,
  readUint32,
  skipField,
} from '@tollgate/wire';
import type { CallFacts, LoggedCall } from './logged-call.ts';

/**
 * Names of filters and of what they say, classes, ids of tenants and keys: few are in use at a time.
 * Longer texts, such as reservations, would only push them out.
 */
const texts = createTextTable({ slots: 8_192, bytesMax: 40 });
/** Decoding never waits, so one place is enough. */
const place = createCursor();
/** Messages within messages, as protobuf-es follows them. */
const depthMax = 100;

/**
 * Decodes a `StreamAccessLogsMessage`: what the counters need of its HTTP records, to the same values
 * as protobuf-es. Fields are told by their number, never by their wire type, which protobuf-es does
 * not look at.
 *
 * @throws MalformedMessage for bytes that protobuf-es refuses, but for faults within skipped fields.
 */
export function decodeAccessLog(bytes: Uint8Array): LoggedCall[] {
  pointAt(place, bytes);
  let calls: LoggedCall[] = [];
  let isHttp = false;
  while (place.position < place.end) {
    const tag = readTag(place);
    if (tag >>> 3 === 2) {
      // Records of both kinds do not come together: what is there last counts.
      if (!isHttp) calls = [];
      isHttp = true;
      readRecords(place, calls);
    } else if (tag >>> 3 === 3) {
      isHttp = false;
      skipMessage(place, 2);
    } else skipField(place, tag, 1);
  }
  return isHttp ? calls : [];
}

function readRecords(cursor: Cursor, calls: LoggedCall[]): void {
  const end = nestedEnd(cursor);
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) calls.push(readRecord(cursor));
    else skipField(cursor, tag, 2);
  }
}

/** A record while it is read. */
interface Found {
  accessLogType: number;
  requestId: string;
  isPassedOn: boolean;
  check: CallFacts | undefined;
  limiter: CallFacts | undefined;
  route: CallFacts | undefined;
  responseCode: number;
  trailersStatus: string | undefined;
  headersStatus: string | undefined;
}

function readRecord(cursor: Cursor): LoggedCall {
  const end = nestedEnd(cursor);
  const found: Found = {
    accessLogType: 0,
    requestId: '',
    isPassedOn: false,
    check: undefined,
    limiter: undefined,
    route: undefined,
    responseCode: 0,
    trailersStatus: undefined,
    headersStatus: undefined,
  };
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) readCommon(cursor, found);
    else if (tag >>> 3 === 4) readResponse(cursor, found);
    else skipField(cursor, tag, 3);
  }
  const { trailersStatus, headersStatus, ...call } = found;
  // An answer of trailers only carries its status as a header.
  return { ...call, grpcStatus: trailersStatus ?? headersStatus };
}

function readCommon(cursor: Cursor, found: Found): void {
  const end = nestedEnd(cursor);
  while (cursor.position < end) {
    const tag = readTag(cursor);
    switch (tag >>> 3) {
      case 13:
        found.isPassedOn = true;
        skipMessage(cursor, 5);
        break;
      case 17:
        readMetadata(cursor, found);
        break;
      case 26:
        found.requestId = readText(cursor);
        break;
      case 33:
        found.accessLogType = readUint32(cursor);
        break;
      default:
        skipField(cursor, tag, 4);
    }
  }
}

function readMetadata(cursor: Cursor, found: Found): void {
  const end = nestedEnd(cursor);
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) readFilter(cursor, found);
    else skipField(cursor, tag, 5);
  }
}

/** What one filter has said: the last entry with its name counts. */
function readFilter(cursor: Cursor, found: Found): void {
  const end = nestedEnd(cursor);
  let name = '';
  const facts: Writable<CallFacts> = {};
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) name = texts.read(cursor);
    else if (tag >>> 3 === 2) readStruct(cursor, facts, 6);
    else skipField(cursor, tag, 5);
  }
  if (name === 'envoy.filters.http.ext_authz') found.check = facts;
  else if (name === 'envoy.filters.http.ratelimit') found.limiter = facts;
  else if (name === 'tollgate') found.route = facts;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function readStruct(cursor: Cursor, facts: Writable<CallFacts>, depth: number): void {
  const end = beginNested(cursor, depth);
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) readFact(cursor, facts, depth);
    else skipField(cursor, tag, depth);
  }
}

function readFact(cursor: Cursor, facts: Writable<CallFacts>, depth: number): void {
  const end = nestedEnd(cursor);
  let name = '';
  let value: string | undefined;
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) name = texts.read(cursor);
    else if (tag >>> 3 === 2) value = readValue(cursor, value, depth + 1);
    else skipField(cursor, tag, depth);
  }
  switch (name) {
    case 'class':
    case 'tenant':
    case 'environment':
    case 'key':
    case 'admitted':
    case 'reservation':
    case 'key_ending':
      facts[name] = value;
  }
}

/** A text; undefined for a value of another kind. `before` is what the same value held already. */
function readValue(cursor: Cursor, before: string | undefined, depth: number): string | undefined {
  const end = beginNested(cursor, depth);
  let value = before;
  while (cursor.position < end) {
    const tag = readTag(cursor);
    const number = tag >>> 3;
    if (number === 3) {
      value = texts.read(cursor);
      continue;
    }
    if (number === 1 || number === 4) readUint32(cursor);
    else if (number === 2) skipField(cursor, fixed64, depth);
    else if (number === 5) readStruct(cursor, {}, depth + 1);
    else if (number === 6) readList(cursor, depth + 1);
    else {
      skipField(cursor, tag, depth);
      continue;
    }
    value = undefined;
  }
  return value;
}

/** The wire type of a double. */
const fixed64 = 1;

function readList(cursor: Cursor, depth: number): void {
  const end = beginNested(cursor, depth);
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) readValue(cursor, undefined, depth + 1);
    else skipField(cursor, tag, depth);
  }
}

function readResponse(cursor: Cursor, found: Found): void {
  const end = nestedEnd(cursor);
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) found.responseCode = readWrapped(cursor, found.responseCode);
    else if (tag >>> 3 === 4) found.headersStatus = readStatus(cursor, found.headersStatus);
    else if (tag >>> 3 === 5) found.trailersStatus = readStatus(cursor, found.trailersStatus);
    else skipField(cursor, tag, 4);
  }
}

/** A wrapped number. Sent twice, it is one message in two parts. */
function readWrapped(cursor: Cursor, before: number): number {
  const end = nestedEnd(cursor);
  let value = before;
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) value = readUint32(cursor);
    else skipField(cursor, tag, 5);
  }
  return value;
}

/** The value of a header, or of a trailer, if it is the status of a gRPC call; else `before`. */
function readStatus(cursor: Cursor, before: string | undefined): string | undefined {
  const end = nestedEnd(cursor);
  let name = '';
  let value = '';
  while (cursor.position < end) {
    const tag = readTag(cursor);
    if (tag >>> 3 === 1) name = texts.read(cursor);
    else if (tag >>> 3 === 2) value = readText(cursor);
    else skipField(cursor, tag, 4);
  }
  return name === 'grpc-status' ? value : before;
}

function beginNested(cursor: Cursor, depth: number): number {
  if (depth > depthMax) throw new MalformedMessage('messages are nested too deeply');
  return nestedEnd(cursor);
}

/** Passes over a message of which only its presence counts. `depth`: with the messages around it. */
function skipMessage(cursor: Cursor, depth: number): void {
  const end = nestedEnd(cursor);
  while (cursor.position < end) skipField(cursor, readTag(cursor), depth);
}
