import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** The example is a process of its own, which takes its time on a busy machine. */
const timeoutMs = 60_000;

/**
 * Declares the test that the first example of a package's README prints what its comments say
 * (`// prints …`). `testUrl` is the URL of a test file in the package's `src`.
 */
export function testReadmeExample(testUrl: string): void {
  const declared = () => {
    const readme = readFileSync(new URL('../README.md', testUrl), 'utf8');
    const [, example = ''] = /```ts\n([^]*?)```/.exec(readme) ?? [];
    const promised = [...example.matchAll(/\/\/ prints (.*)$/gm)].map(([, text]) => text);
    expect(promised.length).toBeGreaterThan(0);
    const args = ['--input-type=module-typescript', '--eval', example];
    const printed = execFileSync(process.execPath, args, {
      cwd: new URL('..', testUrl),
      encoding: 'utf8',
    });
    expect(printed.trimEnd().split('\n')).toEqual(promised);
  };
  test('the example in the README prints what it says', declared, timeoutMs);
}
