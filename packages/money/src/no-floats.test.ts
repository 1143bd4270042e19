import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** Ways into binary floating point, the machine's locale, its clock and its randomness. */
const FORBIDDEN = [
  /\bparseFloat\b/,
  /\bparseInt\b/,
  /\bNumber\s*\(/,
  /\bMath\./,
  /\.toFixed\b/,
  /\.toPrecision\b/,
  /\.toLocale\w+/,
  /\b\d+\.\d+\b/,
  /\bDate\b/,
  /\bTemporal\.Now\b/,
];

const folder = new URL('.', import.meta.url);
const sources = readdirSync(folder).filter((name) => /(?<!\.test)\.ts$/.test(name));

test.each(sources)('%s never touches floating point, locale or clock', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const code = text.replace(/\/\*[^]*?\*\/|\/\/.*$|'[^'\n]*'|`[^`]*`/gm, '');
  for (const pattern of FORBIDDEN) expect(code).not.toMatch(pattern);
});
