import { expect, test } from '@jest/globals';
import { browserSafe } from './browser-safe.ts';
import { findings } from './testing/findings.ts';

const path = 'packages/api/src/ids.ts';
const good = {
  [path]: "import { create } from '@bufbuild/protobuf'; export const bytes = new Uint8Array(1);",
  'packages/api/src/ids.test.ts': "import { readFile } from 'node:fs/promises';",
  'packages/runtime/src/index.ts': "import 'node:fs'; Buffer.alloc(1);",
};

test('what browsers have is left alone', () => {
  expect(findings(browserSafe, good)).toEqual([]);
});

test.each([
  ["import { fileURLToPath } from 'node:url';", 'imports node:url'],
  ["import type { URL } from 'node:url';", 'imports node:url'],
  ["import { Buffer } from 'buffer';", 'imports buffer'],
  ["export {\n  readFile } from 'fs/promises';", 'imports fs/promises'],
  ["const fs = await import('node:fs');", 'imports node:fs'],
  ["export const bytes = Buffer.from('x');", 'uses Buffer.from'],
  ['export const isDevelopment = process.env.NODE_ENV;', 'uses process.env.NODE_ENV'],
  ['export const own = globalThis.process;', 'uses process'],
  ['export const here = __dirname;', 'uses __dirname'],
])('what only Node has is found: %s', (text, what) => {
  expect(findings(browserSafe, { ...good, [path]: text })).toEqual([
    `${path}:1 ${what}: the contract runs in browsers, too: nothing of Node`,
  ]);
});
