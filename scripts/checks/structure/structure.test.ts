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
  expect(structureFindings(tree, [])).toEqual({ findings: [unsafe, circle], known: 0 });
});

test('a known violation is of one rule and one place', () => {
  const known = [{ rule: 'file-circles', path: 'packages/wire/' }];
  expect(structureFindings(tree, known)).toEqual({ findings: [unsafe], known: 1 });
  const others = [
    { rule: 'file-circles', path: 'packages/api/' },
    { rule: 'browser-safe', path: 'packages/wire/' },
  ];
  expect(structureFindings(tree, others).findings.slice(0, 2)).toEqual([unsafe, circle]);
});

test('a known violation that is gone is found', () => {
  const known = [{ rule: 'one-clock', path: 'packages/wire/' }];
  expect(structureFindings(tree, known).findings).toContain(
    'one-clock: packages/wire/ is clean: take it out of KNOWN_VIOLATIONS',
  );
});
