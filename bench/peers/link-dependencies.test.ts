import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { temporaryFolder } from '@tollgate/servers';
import { linkDependencies } from './link-dependencies.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);

test('libraries are those of the one checkout, workspaces those of the other', () => {
  const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
  write(join(ours, 'packages/wire/index.js'), 'ours');
  write(join(theirs, 'packages/wire/index.js'), 'theirs');
  write(join(ours, 'node_modules/pg/index.js'), 'pg');
  write(join(ours, 'node_modules/@scope/library/index.js'), 'library');
  mkdirSync(join(ours, 'node_modules/@tollgate'));
  symlinkSync('../../packages/wire', join(ours, 'node_modules/@tollgate/wire'));

  linkDependencies(ours, theirs);

  const read = (path: string) => readFileSync(join(theirs, 'node_modules', path), 'utf8');
  expect(read('pg/index.js')).toBe('pg');
  expect(read('@scope/library/index.js')).toBe('library');
  expect(read('@tollgate/wire/index.js')).toBe('theirs');
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
