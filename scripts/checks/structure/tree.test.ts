import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { serviceNames } from '@tollgate/api';
import { manifest } from './testing/findings.ts';
import { readTree, treeOf } from './tree.ts';

test('an import leads to the file behind the door of a package', () => {
  const { targetOf } = treeOf({
    'packages/api/package.json': manifest('api', {
      exports: { '.': './src/index.ts', './*': './src/gen/*_pb.ts' },
    }),
    'packages/runtime/package.json': manifest('runtime', {
      exports: { './rpc': './src/rpc/index.ts' },
    }),
  });
  const from = 'services/auth/src/keys/a.ts';
  expect(targetOf(from, './b.ts')).toBe('services/auth/src/keys/b.ts');
  expect(targetOf(from, '../errors.ts')).toBe('services/auth/src/errors.ts');
  expect(targetOf(from, '@tollgate/api')).toBe('packages/api/src/index.ts');
  expect(targetOf(from, '@tollgate/api/tollgate/auth/v1/events')).toBe(
    'packages/api/src/gen/tollgate/auth/v1/events_pb.ts',
  );
  expect(targetOf(from, '@tollgate/runtime/rpc')).toBe('packages/runtime/src/rpc/index.ts');
  // There is no such door: at least it is known whose it would be.
  expect(targetOf(from, '@tollgate/runtime/closed')).toBe('packages/runtime');
  expect(targetOf(from, '@connectrpc/connect')).toBeUndefined();
  expect(targetOf(from, 'node:fs')).toBeUndefined();
});

test('the tree of this repository has all services and packages, and every import of ours', () => {
  const { modules, manifests, targetOf } = readTree(join(import.meta.dirname, '../../..'));
  const services = [...manifests.keys()].filter((folder) => folder.startsWith('services/'));
  expect(services.toSorted()).toEqual(serviceNames.map((name) => `services/${name}`).toSorted());
  expect(manifests.get('packages/api')?.name).toBe('@tollgate/api');
  const ours = modules.flatMap(({ path, imports }) =>
    imports
      .filter(({ specifier }) => specifier.startsWith('@tollgate/'))
      .map(({ specifier }) => targetOf(path, specifier)),
  );
  expect(ours.length).toBeGreaterThan(500);
  expect(ours.filter((to) => !to?.endsWith('.ts'))).toEqual([]);
});
