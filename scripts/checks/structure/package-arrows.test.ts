import { expect, test } from '@jest/globals';
import { ARROWS, packageArrows } from './package-arrows.ts';
import { findings, manifest } from './testing/findings.ts';

const names = Object.keys(ARROWS);
const good = {
  ...Object.fromEntries(names.map((name) => [`packages/${name}/package.json`, manifest(name)])),
  'services/auth/package.json': manifest('auth', {
    exports: { '.': './src/auth.ts', './migrations': './src/migrations/index.ts' },
  }),
  'packages/api/src/index.ts': "import { create } from '@bufbuild/protobuf/wkt';",
  'packages/rating/src/index.ts':
    "import { Money } from '@tollgate/money'; import { hash } from 'node:crypto';",
  'packages/runtime/src/index.ts':
    "import '@tollgate/api'; import '@tollgate/unary-grpc'; import 'pg'; import './own.ts';",
  'packages/system/src/index.ts': "import { migrations } from '@tollgate/auth/migrations';",
  'packages/testkit/src/index.ts': "import '@tollgate/auth/migrations'; import('@tollgate/auth');",
  'packages/money/src/a.test.ts':
    "import '@tollgate/testkit'; import 'fast-check'; import 'node:fs';",
  'packages/unary-grpc/test/a.test.ts': "import '@tollgate/servers';",
  'services/auth/src/auth.ts': "import '@tollgate/runtime'; import '@tollgate/wire';",
  'scripts/start.ts': "import '@tollgate/system'; import '../services/auth/src/auth.ts';",
};

test('arrows of the table are left alone', () => {
  expect(findings(packageArrows, good)).toEqual([]);
});

test.each([
  [
    'money',
    "import '@tollgate/api';",
    '@tollgate/api',
    'packages/money may import nothing of ours',
  ],
  [
    'rating',
    "import type { Id } from '@tollgate/api';",
    '@tollgate/api',
    'packages/rating may import money, periods',
  ],
  [
    'periods',
    "import { readFileSync } from 'node:fs';",
    'node:fs',
    'packages/periods has only itself behind it',
  ],
  [
    'unary-grpc',
    "import '@tollgate/runtime';",
    '@tollgate/runtime',
    'packages/unary-grpc may import nothing of ours',
  ],
  ['wire', "import '@tollgate/api';", '@tollgate/api', 'packages/wire may import nothing of ours'],
  [
    'api',
    "import { Code } from '@connectrpc/connect';",
    '@connectrpc/connect',
    'packages/api has only @bufbuild/protobuf behind it',
  ],
  [
    'api',
    "import '@tollgate/runtime';",
    '@tollgate/runtime',
    'packages/api may import nothing of ours',
  ],
  [
    'runtime',
    "import '@tollgate/testkit';",
    '@tollgate/testkit',
    'packages/runtime may import api, unary-grpc',
  ],
  ['runtime', "import '@tollgate/auth';", '@tollgate/auth', 'packages know no service'],
  [
    'runtime',
    "import '@tollgate/auth/migrations';",
    '@tollgate/auth/migrations',
    'packages know no service',
  ],
  ['system', "import '@tollgate/auth';", '@tollgate/auth', 'packages know no service'],
  [
    'gateway',
    "import '@tollgate/runtime';",
    '@tollgate/runtime',
    'packages/gateway may import api',
  ],
  [
    'testkit',
    "export * from '../../../scripts/servers.ts';",
    '../../../scripts/servers.ts',
    'packages/testkit is left by a path; packages import by name',
  ],
])('an arrow that is not in the table is found: %s %s', (name, text, specifier, why) => {
  const path = `packages/${name}/src/planted.ts`;
  expect(findings(packageArrows, { ...good, [path]: text })).toEqual([
    `${path}:1 imports ${specifier}: ${why}`,
  ]);
});

test('a service imports no tools and no package that is not in the table', () => {
  const path = 'services/auth/src/planted.ts';
  const why = 'may import api, runtime, credentials, money, periods, rating, wire';
  expect(findings(packageArrows, { ...good, [path]: "import '@tollgate/testkit';" })).toEqual([
    `${path}:1 imports @tollgate/testkit: services/auth ${why}`,
  ]);
  const unknown = {
    ...good,
    'packages/helpers/package.json': manifest('helpers'),
    'packages/helpers/src/index.ts': "import '@tollgate/api';",
  };
  expect(findings(packageArrows, unknown)).toEqual([
    'packages/helpers/src/index.ts:1 imports @tollgate/api: ' +
      'packages/helpers is not in the table of packages (scripts/checks/structure)',
  ]);
});

test('the table has no way round', () => {
  const reaches = (name: string, seen: readonly string[] = []): readonly string[] =>
    (ARROWS[name]?.ours ?? []).flatMap((next) =>
      seen.includes(next) ? [next] : [next, ...reaches(next, [...seen, next])],
    );
  for (const name of names) expect(reaches(name)).not.toContain(name);
});
