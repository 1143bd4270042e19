/** What the headers of a request say. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  /** Name, value, name, value; without the fields that begin with a colon. */
  readonly fields: readonly string[];
  /** Characters of names and values, and 32 for each field. */
  readonly bytes: number;
  /** Bytes of the body, if the request says so. */
  readonly contentBytes: number | undefined;
  /** Which rule of HTTP/2 is broken; the stream is then reset. */
  readonly fault: string | undefined;
  /** More headers than are read; the answer says so. */
  readonly isTooLarge: boolean;
}

/** What a field costs beside its name and value, by the protocol's own count; section 6.5.2. */
const fieldBytes = 32;
const pseudoFields = new Set([':method', ':scheme', ':path', ':authority']);
/** Fields of a connection, which HTTP/2 does not have; RFC 9113, section 8.2.2. */
const forbiddenFields = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/** Reads a request's headers by the rules of RFC 9113, sections 8.2 and 8.3. */
export function readRequestHead(list: {
  fields: readonly string[];
  isTooLarge: boolean;
}): RequestHead {
  const pseudo = new Map<string, string>();
  const fields: string[] = [];
  let fault: string | undefined;
  let bytes = 0;
  for (let at = 0; at < list.fields.length; at += 2) {
    const name = list.fields[at] as string;
    const value = list.fields[at + 1] as string;
    bytes += name.length + value.length + fieldBytes;
    if (!name.startsWith(':')) {
      fields.push(name, value);
      fault ??= faultOfField(name, value);
    } else {
      fault ??= faultOfPseudo(name, { isFirst: !pseudo.has(name), isLate: fields.length > 0 });
      pseudo.set(name, value);
    }
  }
  const length = contentLength(fields);
  fault ??= length.fault;
  if (!list.isTooLarge) fault ??= faultOfRequest(pseudo);
  return {
    method: pseudo.get(':method') ?? '',
    path: pseudo.get(':path') ?? '',
    fields,
    bytes,
    contentBytes: length.bytes,
    fault,
    isTooLarge: list.isTooLarge,
  };
}

/** Which rule the trailers of a request break, if any. */
export function faultOfTrailers(fields: readonly string[]): string | undefined {
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] as string;
    if (name.startsWith(':')) return `${name} in trailers`;
    const fault = faultOfField(name, fields[at + 1] as string);
    if (fault) return fault;
  }
  return undefined;
}

function faultOfPseudo(
  name: string,
  { isFirst, isLate }: { isFirst: boolean; isLate: boolean },
): string | undefined {
  if (!pseudoFields.has(name)) return `${name} in a request`;
  if (!isFirst) return `${name} twice`;
  return isLate ? `${name} after other fields` : undefined;
}

function faultOfField(name: string, value: string): string | undefined {
  if (name === '' || hasForbiddenNameByte(name)) return 'a name that is none';
  if (forbiddenFields.has(name)) return `${name} in HTTP/2`;
  if (name === 'te' && value !== 'trailers') return 'te other than trailers';
  return hasForbiddenValueByte(value) ? `a value of ${name} that is none` : undefined;
}

/** Upper case, controls, space, colon and beyond ASCII; section 8.2.1. */
function hasForbiddenNameByte(name: string): boolean {
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    if (code <= 0x20 || code >= 0x7f || code === 0x3a || (code >= 0x41 && code <= 0x5a))
      return true;
  }
  return false;
}

function hasForbiddenValueByte(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code === 0 || code === 10 || code === 13) return true;
  }
  return /^[ \t]|[ \t]$/.test(value);
}

function faultOfRequest(pseudo: ReadonlyMap<string, string>): string | undefined {
  for (const name of [':method', ':scheme', ':path']) {
    if (!pseudo.get(name)) return `no ${name}`;
  }
  return undefined;
}

function contentLength(fields: readonly string[]): { bytes?: number; fault?: string } {
  let bytes: number | undefined;
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at] !== 'content-length') continue;
    const text = fields[at + 1] as string;
    if (!/^\d{1,15}$/.test(text)) return { fault: 'a content-length that is no number' };
    if (bytes !== undefined && bytes !== Number(text)) return { fault: 'two content-lengths' };
    bytes = Number(text);
  }
  return bytes === undefined ? {} : { bytes };
}
