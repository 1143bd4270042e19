import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort, isHttpOk, startServerProcess, temporaryFolder } from '@tollgate/servers';
import { readUpstreams } from '@tollgate/system';
import { ensureDemo } from '../scripts/start/demo.ts';
import { expectPrinted, onlyBlock, stepsOf } from './support/guide.ts';
import { makeCurl, runSteps } from './support/run-steps.ts';
import { startTestSystem, type TestSystem } from './support/system.ts';

const root = join(import.meta.dirname, '..');
const guides = readdirSync(join(root, 'docs/guides')).filter(
  (name) => name.endsWith('.md') && name !== 'README.md',
);
const firstGuide = textOf('docs/guides/charge-for-an-api.md');

let opened: AsyncDisposableStack;
let place: string;
let system: TestSystem;

/** The guides' own API runs as they say, on another port than they say. */
beforeAll(async () => {
  opened = new AsyncDisposableStack();
  place = opened.use(temporaryFolder('tollgate-guides-')).folder;
  const port = await startGuidedApi();
  const listed = onlyBlock(firstGuide, ({ text }) => text.includes('"prefixes"'));
  const file = join(place, 'upstreams.json');
  writeFileSync(file, listed.replace(':9000', `:${port}`));
  system = await startTestSystem({ upstreams: readUpstreams(file) });
  opened.defer(() => system.stop());
});
afterAll(() => opened.disposeAsync());

test.each(guides.map((name) => `docs/guides/${name}`))('%s prints what it shows', async (path) => {
  const steps = stepsOf(textOf(path));
  expect(steps.length).toBeGreaterThan(0);
  await expectAsShown(path, steps);
});

test('README.md prints what it shows', async () => {
  const calls = stepsOf(textOf('README.md')).filter(({ commands }) => commands.includes(':8080/'));
  expect(calls.length).toBeGreaterThan(0);
  await expectAsShown('README.md', calls);
});

test.each([
  ['{"code":8,"more":1}', '{"code": 8}', true],
  ['{"code":7}', '{"code": 8}', false],
  ['{"list":[1,2]}', '{"list": [1]}', false],
  ['{"id":"ten_1"}', '{"id": "ten_…"}', true],
  ['{"id":"usr_1"}', '{"id": "ten_…"}', false],
])('%s is %s: %p', (output, shown, isRight) => {
  const [step] = stepsOf(`\`\`\`sh\ntrue\n\`\`\`\n\n\`\`\`json\n${shown}\n\`\`\`\n`);
  const compare = () => step?.printed && expectPrinted(output, step.printed);
  if (isRight) compare();
  else expect(compare).toThrow();
});

test('where there is no curl, its stand-in prints the same', () => {
  const curl = join(makeCurl(place), 'curl');
  const url = `${system.baseUrl}/v1/widgets`;
  const run = (...args: string[]) =>
    execFileSync(curl, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  expect(run('-s', '-o', '/dev/null', '-w', '%{http_code}\\n', url)).toBe('401\n');
  expect(run('-s', '-o', '/dev/null', '-w', '%{http_code} ', `${url}?[1-3]`)).toBe('401 401 401 ');
  expect(run('-i', url)).toMatch(/^HTTP\/1.1 401\r\n(?:.*\r\n)*\r\n\{"code":16,/);
  const body = '{"email": "nobody@example.com", "password": "not a password"}';
  const json = ['-H', 'Content-Type: application/json', '-d', body];
  expect(JSON.parse(run('-s', ...json, `${system.baseUrl}/v1/auth/login`)).code).toBe(16);
  expect(() => run('--insecure', url)).toThrow('--insecure');
});

/** Runs a document's steps in a folder where a demo customer of its own stands in `demo.json`. */
async function expectAsShown(path: string, steps: ReturnType<typeof stepsOf>): Promise<void> {
  const { baseUrl } = system;
  const name = path.replaceAll('/', '-');
  const folder = join(place, name);
  mkdirSync(join(folder, '.tollgate'), { recursive: true });
  await ensureDemo({
    file: join(folder, '.tollgate/demo.json'),
    baseUrl,
    login: { email: `demo-${name}@example.com`, password: 'a demo password' },
  });
  const outputs = await runSteps(steps, { folder, baseUrl, email: `you-${name}@example.com` });
  for (const [at, { printed }] of steps.entries()) {
    if (printed) expectPrinted(outputs[at] ?? '', printed);
  }
}

async function startGuidedApi(): Promise<number> {
  const file = join(place, 'weather.mjs');
  writeFileSync(
    file,
    onlyBlock(firstGuide, ({ language }) => language === 'js'),
  );
  const port = await freePort();
  const api = await startServerProcess({
    name: 'weather',
    file: process.execPath,
    args: [file],
    logFile: join(place, 'weather.log'),
    env: { ...process.env, PORT: String(port) },
    isReady: () => isHttpOk({ port, path: '/' }),
  });
  opened.defer(() => api.stop());
  return port;
}

function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
