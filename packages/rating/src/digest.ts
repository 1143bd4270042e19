import { hash } from 'node:crypto';

/** SHA-256 (FIPS 180-4) of a text in UTF-8, hex. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'hex');
}

/**
 * JSON with the keys of every object sorted by code unit, as RFC 8785 has it: the order in which they
 * came is no content. Texts and whole numbers only, so that nothing else of that RFC is needed.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
