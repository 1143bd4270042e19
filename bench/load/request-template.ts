import {
  createHeaderEncoder,
  encodeFrame,
  flag,
  frameHeadBytes,
  frameType,
  type HeaderFields,
} from '@tollgate/unary-grpc/frames';
import { idDigits } from './load-plan.ts';

/** Stand in a template where the digits of an id come. */
export const placeholders = {
  tenant: 'T'.repeat(idDigits.tenant),
  key: 'K'.repeat(idDigits.key),
  request: 'R'.repeat(idDigits.request),
} as const;

/** The numbers of one request. */
export interface RequestIds {
  readonly tenant: number;
  readonly key: number;
  readonly request: number;
}

/** A whole request as bytes, in which only numbers change. */
export interface RequestTemplate {
  readonly bytes: number;
  /** What the message takes of the connection's window. */
  readonly windowBytes: number;
  /** Writes a request into `target` at `at`. */
  write(target: Buffer, at: number, stream: number, ids: RequestIds): void;
}

/**
 * Templates of a connection's first request, whose headers go into the server's table as far as they
 * are repeated, and of all later ones. `message` in gRPC's form.
 */
export function requestTemplates(headers: readonly HeaderFields[], message?: Buffer) {
  const encoder = createHeaderEncoder();
  const block = () => Buffer.concat(headers.map((part) => encoder.encode(part)));
  return { first: template(block(), message), later: template(block(), message) };
}

function template(block: Buffer, message: Buffer | undefined): RequestTemplate {
  const flags = flag.endHeaders | (message ? 0 : flag.endStream);
  const headers = encodeFrame(frameType.headers, { flags }, block);
  const data = message && encodeFrame(frameType.data, { flags: flag.endStream }, message);
  const whole = data ? Buffer.concat([headers, data]) : headers;
  const streamsAt = data ? [5, headers.length + 5] : [5];
  const fields = Object.entries(placeholders).map(([name, text]) => ({
    name: name as keyof RequestIds,
    places: placesOf(whole, text),
    digits: text.length,
  }));
  return {
    bytes: whole.length,
    windowBytes: data ? data.length - frameHeadBytes : 0,
    write(target, at, stream, ids) {
      whole.copy(target, at);
      for (const place of streamsAt) target.writeUInt32BE(stream, at + place);
      for (const { name, places, digits } of fields) {
        for (const place of places) writeDigits(target, at + place, digits, ids[name]);
      }
    },
  };
}

function placesOf(bytes: Buffer, text: string): number[] {
  const places: number[] = [];
  let at = bytes.indexOf(text);
  while (at >= 0) {
    places.push(at);
    at = bytes.indexOf(text, at + text.length);
  }
  return places;
}

function writeDigits(target: Buffer, at: number, digits: number, value: number): void {
  let rest = value;
  for (let place = at + digits - 1; place >= at; place -= 1) {
    const next = Math.trunc(rest / 10);
    target[place] = 48 + rest - next * 10;
    rest = next;
  }
}
