import { expect, test } from '@jest/globals';
import { serviceBorders } from './service-borders.ts';
import { findings, manifest } from './testing/findings.ts';

const good = {
  'services/auth/package.json': manifest('auth'),
  'services/tenant/package.json': manifest('tenant', {
    exports: { '.': './src/tenant.ts', './migrations': './src/migrations/index.ts' },
  }),
  'services/auth/src/auth.ts': "import { TenantService } from '@tollgate/api/tenant';",
  'services/auth/test/start.ts': "import { migrations } from '@tollgate/tenant/migrations';",
  'services/tenant/src/tenant.ts': '',
};

test('services that only talk are left alone', () => {
  expect(findings(serviceBorders, good)).toEqual([]);
});

test.each([
  ['src/auth.ts', "import { startTenant } from '@tollgate/tenant';", '@tollgate/tenant'],
  ['src/auth.ts', "export type { Tenant } from '@tollgate/tenant';", '@tollgate/tenant'],
  [
    'src/auth.ts',
    "import { migrations } from '@tollgate/tenant/migrations';",
    '@tollgate/tenant/migrations',
  ],
  [
    'src/keys/a.ts',
    "import type { Row } from '../../../tenant/src/row.ts';",
    '../../../tenant/src/row.ts',
  ],
  ['test/start.ts', "import { startTenant } from '@tollgate/tenant';", '@tollgate/tenant'],
  ['src/a.test.ts', "await import('../../tenant/src/tenant.ts');", '../../tenant/src/tenant.ts'],
])('a service that reaches into another is found: %s %s', (file, text, specifier) => {
  const path = `services/auth/${file}`;
  expect(findings(serviceBorders, { ...good, [path]: text })).toEqual([
    `${path}:1 imports ${specifier}: services talk by RPC and events: auth does not import tenant`,
  ]);
});
