import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** Ways into binary floating point, the machine's locale, its clock, its randomness and I/O. */
const FORBIDDEN = [
  /\bparseFloat\b/,
  /\bparseInt\b/,
  /\bNumber\s*\(/,
  /\bMath\./,
  /\.toFixed\b/,
  /\.toPrecision\b/,
  /\.toLocale\w+/,
  /\blocaleCompare\b/,
  /\b\d+\.\d+\b/,
  /\bDate\b/,
  /\bTemporal\.Now\b/,
  /\bprocess\b/,
];

/** All that may be imported besides own files: pure siblings, and hashing. */
const IMPORTS = /^(?:\.|@tollgate\/(?:money|periods)$|node:crypto$)/;

const folder = new URL('.', import.meta.url);
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /(?<!\.test)\.ts$/.test(name) && !name.startsWith('testing/'),
);

test.each(sources)('%s is pure: no floating point, locale, clock or I/O', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  for (const [, specifier] of text.matchAll(/from '([^']+)'/g)) expect(specifier).toMatch(IMPORTS);
  const code = text.replace(/\/\*[^]*?\*\/|\/\/.*$|'[^'\n]*'|`[^`]*`/gm, '');
  for (const pattern of FORBIDDEN) expect(code).not.toMatch(pattern);
});
