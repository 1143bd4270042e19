/** Where a listener binds. Port 0 lets the system choose. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A port of a host, or the path of a Unix socket. */
export type ListenAddress = Address | { readonly path: string };

/** What is wrong with a setting's text, as the end of the sentence "NAME must …". */
type Problem = { readonly problem: string };

/** The value of a setting, or what is wrong with its text. */
export type Parsed<T> = { readonly value: T } | Problem;

/** A whole number in plain decimal digits, min <= value <= max. */
export function parseInteger(text: string, { min, max }: { min: number; max: number }) {
  const value = Number(text);
  const valid = /^-?\d{1,15}$/.test(text) && value >= min && value <= max;
  return valid ? { value } : { problem: `be a whole number from ${min} to ${max}` };
}

/** An absolute URL with one of the protocols (each with its colon, e.g. `http:`). */
export function parseUrl(text: string, protocols: readonly string[]): Parsed<string> {
  const names = protocols.map((protocol) => `${protocol}//…`).join(' or ');
  const url = URL.parse(text);
  return url && protocols.includes(url.protocol)
    ? { value: text }
    : { problem: `be a URL like ${names}` };
}

/** `host:port`, IPv6 hosts in brackets; port 0 to 65535. */
export function parseAddress(text: string): Parsed<Address> {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host && port <= 65_535
    ? { value: { host, port } }
    : { problem: 'be host:port, for example 127.0.0.1:9000' };
}

/** Longest path that every system takes for a socket, in bytes. */
const socketPathBytesMax = 100;

/** An address, or `unix:` and the absolute path of a socket. */
export function parseListenAddress(text: string): Parsed<ListenAddress> {
  if (!text.startsWith('unix:')) return parseAddress(text);
  const path = text.slice('unix:'.length);
  return path.startsWith('/') && Buffer.byteLength(path) <= socketPathBytesMax
    ? { value: { path } }
    : { problem: `be unix: and an absolute path of at most ${socketPathBytesMax} bytes` };
}

/** So many random bytes in base64, the text as it is. */
export function parseKey(text: string, bytes: number): Parsed<string> {
  return Buffer.from(text, 'base64').length === bytes
    ? { value: text }
    : { problem: `be ${bytes} bytes in base64` };
}

/** `true` or `false`. */
export function parseBoolean(text: string): Parsed<boolean> {
  if (text === 'true') return { value: true };
  if (text === 'false') return { value: false };
  return { problem: 'be true or false' };
}

const dayMs = 86_400_000;
const unitsMs: ReadonlyMap<string | undefined, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', dayMs],
]);

/** A comma-separated list such as `0s,5s,5m,2h`, in milliseconds; at most 50 entries of 30 days. */
export function parseDurations(text: string): Parsed<number[]> {
  const problem = { problem: 'be a list of durations, for example 0s,5s,5m,2h' };
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > 50) return problem;
  const durationsMs: number[] = [];
  for (const part of parts) {
    const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(part);
    const unitMs = unitsMs.get(match?.[2]);
    if (unitMs === undefined) return problem;
    const durationMs = Number(match?.[1]) * unitMs;
    if (durationMs > 30 * dayMs) return problem;
    durationsMs.push(durationMs);
  }
  return { value: durationsMs };
}
