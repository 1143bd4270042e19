import { expect, test } from '@jest/globals';
import { structureFindings } from './structure.ts';
import { treeOf } from './tree.ts';

const tree = treeOf({
  'packages/api/src/a.ts': 'export const own = process.pid;',
  'packages/wire/src/one.ts': "import './two.ts';",
  'packages/wire/src/two.ts': "import type { One } from './one.ts';",
});
const unsafe =
  'browser-safe: packages/api/src/a.ts:1 uses process.pid: ' +
  'the contract runs in browsers, too: nothing of Node';
const circle =
  'file-circles: packages/wire/src/one.ts is in a circle: packages/wire/src/one.ts → ' +
  'packages/wire/src/two.ts → packages/wire/src/one.ts: files of a circle are one file';

test('every finding is a line that names its rule', () => {
  expect(structureFindings(tree)).toEqual([unsafe, circle]);
});
