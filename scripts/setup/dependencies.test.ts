import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { temporaryFolder } from '@tollgate/servers';
import { ensureDependencies } from './dependencies.mjs';

const locked = {
  'node_modules/runs': { version: '1.0.0' },
  'node_modules/tests': { version: '1.0.0', dev: true },
};

/** npm as far as it matters here: writes down how it was called, and its list of what is there. */
const npm = `
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
appendFileSync('calls', args.filter((it) => /=dev$/.test(it)).join() + '\\n');
const packages = ${JSON.stringify(locked)};
if (args.includes('--omit=dev')) delete packages['node_modules/tests'];
mkdirSync('node_modules', { recursive: true });
writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));
`;

const temporary = temporaryFolder();
const before = process.env.npm_execpath;
beforeAll(() => {
  process.env.npm_execpath = join(temporary.folder, 'npm.js');
  writeFileSync(process.env.npm_execpath, npm);
});
afterAll(() => {
  if (before === undefined) delete process.env.npm_execpath;
  else process.env.npm_execpath = before;
  temporary.remove();
});

/** A folder with nothing but a lock. */
function freshFolder(name: string): string {
  const folder = join(temporary.folder, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: locked }));
  return folder;
}

function callsIn(folder: string): string[] {
  return readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
}

const log = () => {};

test('what runs is installed without what only development needs, which comes when asked', async () => {
  const folder = freshFolder('both');
  await ensureDependencies({ extent: 'run', folder, log });
  await ensureDependencies({ extent: 'run', folder, log });
  await ensureDependencies({ extent: 'all', folder, log });
  await ensureDependencies({ extent: 'all', folder, log });
  await ensureDependencies({ extent: 'run', folder, log });
  expect(callsIn(folder)).toEqual(['--omit=dev', '--include=dev']);
});

test('a start does not take away what development brought', async () => {
  const folder = freshFolder('kept');
  await ensureDependencies({ extent: 'all', folder, log });
  const outdated = { ...locked, 'node_modules/runs': { version: '0.9.0' } };
  const list = join(folder, 'node_modules/.package-lock.json');
  writeFileSync(list, JSON.stringify({ packages: outdated }));
  await ensureDependencies({ extent: 'run', folder, log });
  expect(callsIn(folder)).toEqual(['--include=dev', '--include=dev']);
});
