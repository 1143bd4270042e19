import { base64Decode, base64Encode } from '@bufbuild/protobuf/wire';

/**
 * The opaque token for a position in a list, such as `{ after: 'key_…' }`: base64url of its JSON,
 * plain values only. It grants nothing; only the list that made it can read it.
 */
export function toPageToken(position: object): string {
  return base64Encode(new TextEncoder().encode(JSON.stringify(position)), 'url');
}

/** What is in a page token, to be checked by the list; undefined when it is no such token. */
export function fromPageToken(token: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(base64Decode(token)));
  } catch {
    return undefined;
  }
}
