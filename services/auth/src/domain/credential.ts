/** Longest credential that is looked at, in characters; access tokens have about 600. */
const credentialLengthMax = 4_096;

/** Header names, lower case, that may carry a credential. */
export const credentialHeaders = ['x-api-key', 'authorization'] as const;

/** A header as it arrived. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** The one credential of a request, or why there is none to work with. */
export type Credential =
  | { readonly kind: 'none' }
  /** Not readable, of an unknown kind, or several that differ. */
  | { readonly kind: 'unusable' }
  | {
      readonly kind: 'api_key' | 'access_token';
      readonly text: string;
      /** Names of the headers that carried it. */
      readonly carriers: readonly string[];
    };

/**
 * Finds the credential among a request's headers: `x-api-key: tg_…`, `authorization: Bearer tg_…` or
 * `authorization: Bearer <access token>`. The same one twice is fine; two that differ are unusable,
 * because guessing which is meant would be a way around the other.
 */
export function readCredential(headers: readonly Header[]): Credential {
  const found = headers.flatMap(({ name, value }) => {
    if (name === 'x-api-key') return [{ name, text: value.trim() }];
    if (name === 'authorization') return [{ name, text: bearerOf(value) }];
    return [];
  });
  const [first] = found;
  if (!first) return { kind: 'none' };
  const { text } = first;
  const differs = found.some((other) => other.text !== text);
  if (differs || text === '' || text.length > credentialLengthMax) return { kind: 'unusable' };
  const carriers = [...new Set(found.map(({ name }) => name))];
  if (text.startsWith('tg_')) return { kind: 'api_key', text, carriers };
  const isToken = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text) && !carriers.includes('x-api-key');
  return isToken ? { kind: 'access_token', text, carriers } : { kind: 'unusable' };
}

/** The token of a `Bearer` header; empty for every other scheme. */
function bearerOf(value: string): string {
  return /^bearer +(\S+) *$/i.exec(value)?.[1] ?? '';
}
