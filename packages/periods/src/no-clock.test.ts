import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const FORBIDDEN = [
  /\bTemporal\.Now\b/,
  /\bDate\b/,
  /\bMath\.random\b/,
  /\.toLocale\w+/,
  /\bIntl\b/,
];

const folder = new URL('.', import.meta.url);
const sources = readdirSync(folder).filter((name) => /(?<!\.test)\.ts$/.test(name));

test.each(sources)('%s reads no clock and nothing from the machine', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const code = text.replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '');
  for (const pattern of FORBIDDEN) expect(code).not.toMatch(pattern);
});
