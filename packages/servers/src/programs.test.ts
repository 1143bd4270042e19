import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { temporaryFolder } from './index.ts';
import { compareVersions, findOnPath, programVersion } from './programs.ts';

/** A folder with a program that prints `text` when asked for its version. */
function programPrinting(root: string, name: string, text: string) {
  const folder = join(root, text.replaceAll(/\W+/g, '-'));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho '${text}'\n`);
  chmodSync(file, 0o755);
  return { folder, file };
}

test.each([
  ['postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)', [15, 18]],
  ['postgres (PostgreSQL) 18.4', [18, 4]],
  ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64', [7, 0, 15]],
  ['Valkey server v=9.1.2 sha=00000000:0 malloc=libc bits=64', [9, 1, 2]],
  ['nats-server: v2.12.15', [2, 12, 15]],
  ['envoy  version: 7b8baff1758f0a584dcc3cb657b5032000bcb3d7/1.40.0/Clean/RELEASE', [1, 40, 0]],
])('reads the version in %j', (text, version) => {
  using temporary = temporaryFolder();
  expect(programVersion(programPrinting(temporary.folder, 'program', text).file)).toEqual(version);
});

test('versions compare by number, missing parts as zero', () => {
  expect(compareVersions([2, 10, 23], [2, 9, 10])).toBeGreaterThan(0);
  expect(compareVersions([7], [7, 0, 0])).toBe(0);
  expect(compareVersions([2, 10, 22], [2, 10, 23])).toBeLessThan(0);
});

test('passes over a program that is too old and takes the next one on PATH', () => {
  using temporary = temporaryFolder();
  const old = programPrinting(temporary.folder, 'nats-server', 'nats-server: v2.9.10');
  const good = programPrinting(temporary.folder, 'nats-server', 'nats-server: v2.10.23');
  const env = { PATH: `${old.folder}:${good.folder}` };
  expect(findOnPath('nats', {}, env)).toEqual({
    file: good.file,
    version: '2.10.23',
    source: 'PATH',
  });
});

test('a Postgres without initdb beside it does not count', () => {
  using temporary = temporaryFolder();
  const { folder, file } = programPrinting(temporary.folder, 'postgres', 'postgres 99.1');
  expect(findOnPath('postgres', {}, { PATH: folder })?.file).not.toBe(file);
});
