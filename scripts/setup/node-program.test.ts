import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { temporaryFolder } from '@tollgate/servers';
import { ensureNode } from './node-program.mjs';

const temporary = temporaryFolder();
afterAll(() => temporary.remove());

/** A program that says which Node it is, and runs everything else as `script` does. */
function fakeNode(name: string, version: string, script: string): string {
  const file = join(temporary.folder, name);
  const text = `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else ${script}; fi\n`;
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

const old = fakeNode('old', 'v20.1.0', 'exit 0');
const without = fakeNode('without', 'v26.1.0', 'exit 1');
const ensure = (others: string[]) =>
  ensureNode({ log: () => {}, programs: { pinned: undefined, others } });

test('a Node on PATH is taken if it is new enough and has Argon2', async () => {
  const { file } = await ensure([old, without, process.execPath]);
  expect(file).toBe(process.execPath);
});

test('without any the one line says why not, of each', async () => {
  await expect(ensure([old, without])).rejects.toThrow(
    'No Node 26 with Argon2 runs here (pinned: no package of it for this platform; ' +
      `${old}: it is v20.1.0; ${without}: its OpenSSL has no Argon2): put one on PATH.`,
  );
});
