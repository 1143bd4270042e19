import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withLock } from '../bootstrap/lock-file.mjs';
import { processIdentity, temporaryFolder, tryLock } from './index.ts';

test('a lock that is held names its owner and is free after its release', () => {
  using temporary = temporaryFolder();
  const file = join(temporary.folder, 'lock');
  const first = tryLock(file);
  expect(tryLock(file)).toEqual({
    owner: { pid: process.pid, identity: processIdentity(process.pid) },
  });
  if ('release' in first) first.release();
  expect(tryLock(file)).toHaveProperty('release');
});

test('the lock of a process that was killed is taken over', () => {
  using temporary = temporaryFolder();
  const file = join(temporary.folder, 'lock');
  const module = join(import.meta.dirname, '../bootstrap/lock-file.mjs');
  const script = `const { tryLock } = await import(${JSON.stringify(module)});
    tryLock(${JSON.stringify(file)});
    process.kill(process.pid, 'SIGKILL');`;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect(signal).toBe('SIGKILL');
  expect(tryLock(file)).toHaveProperty('release');
});

test('a pid that now belongs to another process does not hold the lock', () => {
  using temporary = temporaryFolder();
  const file = join(temporary.folder, 'lock');
  writeFileSync(file, JSON.stringify({ pid: process.pid, identity: 'an earlier boot' }));
  expect(tryLock(file)).toHaveProperty('release');
});

test('a lock file with nonsense in it blocks nobody', () => {
  using temporary = temporaryFolder();
  const file = join(temporary.folder, 'lock');
  writeFileSync(file, 'cut o');
  expect(tryLock(file)).toHaveProperty('release');
});

test('work under one lock never overlaps', async () => {
  using temporary = temporaryFolder();
  const file = join(temporary.folder, 'lock');
  let running = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running -= 1;
  };
  await Promise.all([withLock(file, work), withLock(file, work), withLock(file, work)]);
  expect(most).toBe(1);
});
