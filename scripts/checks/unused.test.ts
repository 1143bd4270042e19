import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkoutFolder, temporaryFolder } from '@tollgate/servers';

const { folder, remove } = temporaryFolder();
afterAll(remove);

/** A small tree with one thing of each kind that nothing uses, and as much that is used. */
const files: Record<string, string> = {
  'package.json': `{
    "name": "planted", "workspaces": ["packages/*", "services/*"],
    "devDependencies": { "jest": "1.0.0" }
  }`,
  'jest.config.js': 'export default {};',
  'packages/wire/package.json': `{
    "name": "@tollgate/wire", "type": "module", "exports": "./src/index.ts",
    "dependencies": { "needed": "1.0.0", "needless": "1.0.0" }
  }`,
  'packages/wire/src/index.ts': `
    import 'needed';
    import 'undeclared';
    import { used, type Used } from './parts.ts';
    export const door: Used = used;`,
  'packages/wire/src/parts.ts': `
    export const used = 1;
    export const unused = 2;
    export type Used = number;
    export interface Unused {}`,
  'packages/wire/src/parts.test.ts': "import './for-tests.ts';",
  'packages/wire/src/for-tests.ts': 'export {};',
  'packages/wire/src/nobodys.ts': 'export {};',
  'services/sample/package.json': '{ "name": "sample", "type": "module" }',
  'services/sample/src/main.ts': '',
};

beforeAll(() => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  copyFileSync(join(checkoutFolder, 'knip.jsonc'), join(folder, 'knip.jsonc'));
});

interface Report {
  readonly issues: readonly ({ readonly file: string } & Record<string, unknown>)[];
}

/** Findings as `kind file name`, with the configuration that `npm run check` uses. */
async function findings(...options: string[]): Promise<string[]> {
  const knip = join(checkoutFolder, 'node_modules/knip/bin/knip.js');
  const { promise, resolve } = Promise.withResolvers<string>();
  const args = [knip, '--directory', folder, '--reporter', 'json', ...options];
  execFile(process.execPath, args, (_, stdout) => resolve(stdout));
  const { issues }: Report = JSON.parse(await promise);
  return issues
    .flatMap(({ file, ...kinds }) =>
      Object.entries(kinds).flatMap(([kind, found]) =>
        (found as { name: string }[]).map(({ name }) => `${kind} ${file} ${name}`),
      ),
    )
    .toSorted();
}

test('finds files, exports and types that nothing uses, undeclared and needless dependencies', async () => {
  expect(await findings()).toEqual([
    'dependencies packages/wire/package.json needless',
    'exports packages/wire/src/parts.ts unused',
    'files packages/wire/src/nobodys.ts packages/wire/src/nobodys.ts',
    'types packages/wire/src/parts.ts Unused',
    'unlisted packages/wire/src/index.ts undeclared',
  ]);
});

test('finds files that only tests use', async () => {
  expect(await findings('--production', '--files')).toEqual([
    'files packages/wire/src/for-tests.ts packages/wire/src/for-tests.ts',
    'files packages/wire/src/nobodys.ts packages/wire/src/nobodys.ts',
  ]);
});
