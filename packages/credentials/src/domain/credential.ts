/** Longest credential that is looked at, in characters; access tokens have about 600. */
const credentialLengthMax = 4_096;

/** Header names, lower case, that may carry a credential. */
export type CredentialHeader = 'x-api-key' | 'authorization';

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
  let text: string | undefined;
  let carriers: readonly string[] = [];
  for (const { name, value } of headers) {
    if (!isCredentialHeader(name)) continue;
    const other = name === 'x-api-key' ? value.trim() : bearerOf(value);
    if (text !== undefined && text !== other) return { kind: 'unusable' };
    text = other;
    if (!carriers.includes(name))
      carriers = carriers.length === 0 ? alone[name] : [...carriers, name];
  }
  if (text === undefined) return { kind: 'none' };
  if (text === '' || text.length > credentialLengthMax) return { kind: 'unusable' };
  if (text.startsWith('tg_')) return { kind: 'api_key', text, carriers };
  const isToken = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text) && !carriers.includes('x-api-key');
  return isToken ? { kind: 'access_token', text, carriers } : { kind: 'unusable' };
}

/** Whether a credential may be in a header of this name. */
export function isCredentialHeader(name: string): name is CredentialHeader {
  return name === 'x-api-key' || name === 'authorization';
}

/** The carriers of nearly every request: one header, in a list that is made once. */
const alone: Readonly<Record<CredentialHeader, readonly string[]>> = {
  'x-api-key': ['x-api-key'],
  authorization: ['authorization'],
};

/** The token of a `Bearer` header; empty for every other scheme. */
function bearerOf(value: string): string {
  return /^bearer +(\S+) *$/i.exec(value)?.[1] ?? '';
}
