import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { temporaryFolder } from '@tollgate/servers';
import { readFreshBundle, stampOf, writeManifest } from './manifest.ts';

let temporary: ReturnType<typeof temporaryFolder>;
let folder: string;
let source: string;
beforeEach(() => {
  temporary = temporaryFolder('tollgate-bundle-');
  folder = join(temporary.folder, 'bundle');
  source = join(temporary.folder, 'main.ts');
  mkdirSync(folder);
  writeFileSync(source, 'one');
  writeFileSync(join(folder, 'auth-1.mjs'), '');
  const programs = { 'services/auth/src/main.ts': 'auth-1.mjs' };
  writeManifest(folder, { inputs: { [source]: stampOf(source) }, files: ['auth-1.mjs'], programs });
});
afterEach(() => temporary.remove());

test('a bundle is the programs as long as its inputs are what they were', () => {
  const programs = new Map([['services/auth/src/main.ts', join(folder, 'auth-1.mjs')]]);
  expect(readFreshBundle(folder)).toEqual(programs);
});

test.each([
  ['written anew with as many bytes', () => utimesSync(source, 1, 1)],
  ['longer', () => writeFileSync(source, 'two and more')],
  ['gone', () => rmSync(source)],
])('a bundle is none when an input is %s', (_, change) => {
  change();
  expect(readFreshBundle(folder)).toBeUndefined();
});

test('a bundle whose files are not all there, or whose manifest was cut off, is none', () => {
  rmSync(join(folder, 'auth-1.mjs'));
  expect(readFreshBundle(folder)).toBeUndefined();
  writeFileSync(join(folder, 'manifest.json'), '{"checkout":');
  expect(readFreshBundle(folder)).toBeUndefined();
});

test('a bundle of another checkout, of another Node, or none at all is none', () => {
  expect(readFreshBundle(temporary.folder)).toBeUndefined();
  for (const other of [{ checkout: '/elsewhere' }, { node: 'v0.0.0' }]) {
    writeManifest(folder, { inputs: {}, files: [], programs: {}, ...other });
    expect(readFreshBundle(folder)).toBeUndefined();
  }
});
