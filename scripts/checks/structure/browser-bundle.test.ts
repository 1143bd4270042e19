import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { afterAll, expect, test } from '@jest/globals';
import { bundleForBrowser, doorsOf } from './browser-bundle.ts';

const root = join(import.meta.dirname, '../../..');
const api = join(root, 'packages/api');
const folder = mkdtempSync(join(tmpdir(), 'browser-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

const doors = doorsOf(api);

function planted(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('the contract for a browser has nothing but protobuf behind it', async () => {
  const { builtIn, libraries, minifiedBytes, gzipBytes } = await bundleForBrowser(root, doors);
  const sizes = `${minifiedBytes} bytes minified, ${gzipBytes} with gzip`;
  expect(doors.length).toBeGreaterThan(40);
  expect({ builtIn, libraries }).toEqual({ builtIn: [], libraries: ['@bufbuild/protobuf'] });
  process.stdout.write(`packages/api for a browser: ${sizes}\n`);
  expect(gzipBytes).toBeGreaterThan(10_000);
});

test('the contract runs where there is nothing of Node', async () => {
  const { code } = await bundleForBrowser(root, doors);
  const context = createContext({ TextEncoder, TextDecoder });
  runInContext(code, context);
  const exported = 'Object.values(bundle).flatMap((door) => Object.keys(door))';
  expect(runInContext(`typeof process + typeof Buffer + typeof require`, context)).toBe(
    'undefinedundefinedundefined',
  );
  expect(runInContext(exported, context)).toContain('AuthService');
});

test('a built-in module is found behind what nobody uses', async () => {
  planted('inner.ts', "import { readFileSync } from 'fs';\nexport const unused = readFileSync;");
  const door = planted('door.ts', "export type { X } from './inner.ts';\nimport './inner.ts';");
  const { builtIn } = await bundleForBrowser(folder, [door]);
  expect(builtIn).toEqual(['fs by inner.ts']);
});

test('a library is found behind a door', async () => {
  const at = JSON.stringify(join(root, 'node_modules/@connectrpc/connect/dist/esm/code.js'));
  const door = planted('library.ts', `export * from ${at};`);
  expect((await bundleForBrowser(root, [door])).libraries).toEqual(['@connectrpc/connect']);
});
