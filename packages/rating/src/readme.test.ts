import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

test('the example in the README prints what it says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, example = ''] = /```ts\n([^]*?)```/.exec(readme) ?? [];
  const promised = [...example.matchAll(/\/\/ prints (.*)$/gm)].map(([, text]) => text);
  expect(promised.length).toBeGreaterThan(0);
  const args = ['--input-type=module-typescript', '--eval', example];
  const printed = execFileSync(process.execPath, args, {
    cwd: new URL('..', import.meta.url),
    encoding: 'utf8',
  });
  expect(printed.trimEnd().split('\n')).toEqual(promised);
});
