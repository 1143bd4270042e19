import { expect, test } from '@jest/globals';
import { fileCircles } from './file-circles.ts';
import { findings, manifest } from './testing/findings.ts';

const good = {
  'a/one.ts': "import './two.ts'; import type { Three } from './three.ts';",
  'a/two.ts': "import './three.ts';",
  'a/three.ts': "import 'node:fs'; import './missing.json';",
  'a/one.test.ts': "import './testing/helper.ts';",
  'a/testing/helper.ts': "import '../one.test.ts';",
};

const circle = (...paths: string[]) =>
  `${paths[0]} is in a circle: ${[...paths, paths[0]].join(' → ')}: files of a circle are one file`;

test('files without a way round are left alone, and tests', () => {
  expect(findings(fileCircles, good)).toEqual([]);
});

test.each([
  "import { one } from './one.ts';",
  "import type { One } from './one.ts';",
  "import { type One } from './one.ts';",
  "export type { One } from './one.ts';",
  "export * from './one.ts';",
  "export interface Three { one: import('./one.ts').One }",
  "export const one = () => import('./one.ts');",
])('a circle is found whole: %s', (text) => {
  const planted = {
    'a/one.ts': "import './two.ts';",
    'a/two.ts': "import './three.ts';",
    'a/three.ts': text,
  };
  expect(findings(fileCircles, planted)).toEqual([circle('a/one.ts', 'a/two.ts', 'a/three.ts')]);
});

test('a file that imports itself is a circle', () => {
  const path = 'a/self.ts';
  expect(findings(fileCircles, { [path]: "import './self.ts';" })).toEqual([circle(path)]);
});

test('a circle through names of packages is found', () => {
  const planted = {
    'packages/x/package.json': manifest('x'),
    'packages/y/package.json': manifest('y', { exports: { './*': './src/*.ts' } }),
    'packages/x/src/index.ts': "export * from '@tollgate/y/door';",
    'packages/y/src/door.ts': "import type { X } from '@tollgate/x';",
  };
  expect(findings(fileCircles, planted)).toEqual([
    circle('packages/x/src/index.ts', 'packages/y/src/door.ts'),
  ]);
});

test('of circles that share files the shortest is shown, and all the files named', () => {
  const planted = {
    'a/one.ts': "import './two.ts';",
    'a/two.ts': "import './three.ts';",
    'a/three.ts': "import './one.ts'; import './four.ts';",
    'a/four.ts': "import './three.ts';",
    'b/one.ts': "import './two.ts';",
    'b/two.ts': "import './one.ts';",
  };
  expect(findings(fileCircles, planted)).toEqual([
    'a/four.ts is in a circle: a/four.ts → a/three.ts → a/four.ts ' +
      '(in circles with these: a/one.ts, a/two.ts): files of a circle are one file',
    circle('b/one.ts', 'b/two.ts'),
  ]);
});
