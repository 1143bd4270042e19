import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkoutFolder, temporaryFolder } from '@tollgate/servers';

const lines = (count: number) => 'use();\n'.repeat(count);
/** Each opens and closes a function with two lines of its own. */
const functions = {
  'a function': ['export function long() {', '}'],
  'an asynchronous generator': ['export async function* long() {', 'yield await use(); }'],
  'an arrow function': ['export const long = () => {', '};'],
  'a function without a name': ['export const long = [function () {', '}];'],
  'a method of a class': ['export class One { long() {', '} }'],
  'a method of an object': ['export const one = { async long() {', 'await use(); } };'],
  'an accessor': ['export const one = { get long() {', 'return 1; } };'],
};
const narrowed = {
  "test.only('one', works);": 'no-focused-tests',
  "it.only('one', works);": 'no-focused-tests',
  "describe.only('one', () => { works(); });": 'no-focused-tests',
  "test.only.each([1])('one', works);": 'no-focused-tests',
  "test.skip('one', works);": 'no-disabled-tests',
  "it.skip('one', works);": 'no-disabled-tests',
  "describe.skip('one', () => { works(); });": 'no-disabled-tests',
  "test.skip.each([1])('one', works);": 'no-disabled-tests',
  "test.todo('one');": 'no-restricted-properties',
  "it.todo('one');": 'no-restricted-properties',
  'jest.retryTimes(2);': 'no-restricted-properties',
};

const { folder, remove } = temporaryFolder();
afterAll(remove);
const found = new Map<string, string[]>();
beforeAll(async () => {
  copyFileSync(join(checkoutFolder, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  for (const path of ['src', 'test']) mkdirSync(join(folder, path));
  for (const [index, [open, close]] of Object.values(functions).entries()) {
    for (const path of ['src/long', 'src/short', 'test/long']) {
      const text = `${open}\n${lines(path === 'src/short' ? 68 : 69)}${close}\n`;
      writeFileSync(
        join(folder, `${path}-${index}.ts`),
        `import { use } from './use.ts';\n${text}`,
      );
    }
  }
  for (const [index, call] of Object.keys(narrowed).entries()) {
    const [name] = call.split('.');
    const imports = call.includes('works') ? "import { works } from './works.ts';\n" : '';
    const text = `import { ${name} } from '@jest/globals';\n${imports}${call}\n`;
    writeFileSync(join(folder, `src/${index}.test.ts`), text);
  }
  await lint();
});

interface Report {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
}

/** As `npm run check` does, but for rules that need types. */
async function lint(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const oxlint = join(checkoutFolder, 'node_modules/oxlint/bin/oxlint');
  const args = [oxlint, '--format', 'json'];
  execFile(process.execPath, args, { cwd: folder }, (_, stdout) => resolve(stdout));
  const { diagnostics }: Report = JSON.parse(await promise);
  for (const { filename, code } of diagnostics) {
    const rule = /\((.*)\)/.exec(code)?.[1] ?? code;
    found.set(filename, [...(found.get(filename) ?? []), rule]);
  }
}

test.each(Object.keys(functions).entries().toArray())(
  'a function of more than 70 lines is found, but in tests (%i: %s)',
  (index) => {
    expect(found.get(`src/long-${index}.ts`)).toEqual(['max-lines-per-function']);
    expect(found.get(`src/short-${index}.ts`)).toBeUndefined();
    expect(found.get(`test/long-${index}.ts`)).toBeUndefined();
  },
);

test.each(Object.entries(narrowed).entries().toArray())(
  'a test runs, and runs once (%i: %s)',
  (index, [, rule]) => expect(found.get(`src/${index}.test.ts`)).toEqual([rule]),
);
