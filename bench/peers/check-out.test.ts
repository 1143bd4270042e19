import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { temporaryFolder } from '@tollgate/servers';
import { findCommit } from './check-out.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);

const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];

function git(root: string, ...args: string[]): string {
  return execFileSync('git', [...identity, ...args], { cwd: root, encoding: 'utf8' }).trim();
}

function repository(name: string): string {
  const root = join(folder, name);
  mkdirSync(root);
  git(root, 'init', '--quiet');
  for (const message of ['one', 'two'])
    git(root, 'commit', '--quiet', '--allow-empty', '-m', message);
  return root;
}

test('a commit of the history is found by any of its names', async () => {
  const root = repository('whole');
  const short = git(root, 'rev-parse', '--short', 'HEAD~1');
  expect(await findCommit(root, 'HEAD~1')).toBe(short);
  expect(await findCommit(root, git(root, 'rev-parse', 'HEAD~1'))).toBe(short);
  await expect(findCommit(root, 'nowhere')).rejects.toThrow('there is no commit nowhere');
});

test('without a history there is no commit, and nothing fails', async () => {
  const root = join(folder, 'unpacked');
  mkdirSync(root);
  expect(await findCommit(root, 'HEAD~1')).toBeUndefined();
});

test('a history that was cut off lacks what lies before, and nothing fails', async () => {
  const whole = repository('long');
  const cut = join(folder, 'cut');
  git(folder, 'clone', '--quiet', '--depth', '1', pathToFileURL(whole).href, cut);
  expect(await findCommit(cut, 'HEAD')).toBe(git(whole, 'rev-parse', '--short', 'HEAD'));
  expect(await findCommit(cut, 'HEAD~1')).toBeUndefined();
});
