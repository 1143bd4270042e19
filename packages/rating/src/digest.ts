import { hash } from 'node:crypto';

/** SHA-256 of a text, hex. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'hex');
}

/** JSON with the keys of every object sorted: the order in which they came is no content. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
