import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { serviceNames } from '@tollgate/api';
import { checkoutFolder } from '@tollgate/servers';
import { secondServiceLists } from './service-lists.ts';
import { sourceFiles } from './source-files.ts';

const quoted = serviceNames.map((name) => `'${name}'`);
const planted = {
  array: `const names = [${quoted.join(', ')}];`,
  'array of many lines': `const names = [\n${quoted.map((name) => `  ${name},\n`).join('')}];`,
  type: `type Name = ${quoted.join(' | ')};`,
  table: `const ports = {\n${serviceNames.map((name) => `  ${name}: 1,\n`).join('')}};`,
  shorthand: `return { ${serviceNames.join(', ')} };`,
  'list with more in it': `test.each([${quoted.join(', ')}, 'gate-2'])`,
};

test.each(Object.entries(planted))('a second list is found: %s', (_, text) => {
  const files = [{ path: 'scripts/some.ts', text: `// first line\n${text}\n` }];
  expect(secondServiceLists(files)).toEqual([
    expect.stringMatching(/^scripts\/some\.ts:[23] names all services by hand$/),
  ]);
});

test('some of the names, permissions and prose are no list', () => {
  const text = [
    `const callers = [${quoted.slice(1).join(', ')}];`,
    ...serviceNames.map((name) => `'${name}.internal': {},`),
    `// What ${serviceNames.join(' and ')} do.`,
  ].join('\n');
  expect(secondServiceLists([{ path: 'scripts/some.ts', text }])).toEqual([]);
});

test('the services are named by hand in one place', () => {
  const files = sourceFiles(checkoutFolder).map((path) => ({
    path,
    text: readFileSync(join(checkoutFolder, path), 'utf8'),
  }));
  expect(files.length).toBeGreaterThan(500);
  expect(secondServiceLists(files)).toEqual([]);
});
