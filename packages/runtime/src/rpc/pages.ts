import { pageTokenInvalid } from '../errors/shared-failures.ts';

/** Opaque page tokens: where the next page of a list begins. They grant nothing. */
export const pages = {
  /** The token for a position such as `{ before: 'key_…' }`: plain JSON values only. */
  encode(position: object): string {
    return Buffer.from(JSON.stringify(position)).toString('base64url');
  },

  /**
   * The position in a token; undefined for an empty one, the first page. `shape` answers the checked
   * position, or undefined for a token of another list. Throws PAGE_TOKEN_INVALID.
   */
  decode<T>(token: string, shape: (value: unknown) => T | undefined): T | undefined {
    if (token === '') return undefined;
    const position = shape(parse(token));
    if (position === undefined) throw pageTokenInvalid();
    return position;
  },
};

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    throw pageTokenInvalid();
  }
}
