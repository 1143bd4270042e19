import { describe, expect, test } from '@jest/globals';
import { SOURCES } from './machine-sources.ts';
import { idleExceptions, oneSourceRules } from './one-source.ts';
import { textOf } from './rule.ts';
import { type Files, treeOf } from './tree.ts';

function found(files: Files): string[] {
  const tree = treeOf(files);
  return oneSourceRules.flatMap((rule) =>
    rule.find(tree).map((finding) => `${rule.name} ${textOf(finding)}`),
  );
}

const everything = `
  import { randomBytes } from 'node:crypto';
  Temporal.Now.instant(); new Date(); performance.now();
  process.env.PATH; console.log(Math.random());
`;

const good: Files = {
  'packages/runtime/src/clock/clock.ts': 'Temporal.Now.instant(); performance.now();',
  'packages/runtime/src/start/service.ts': 'read(process.env); console.log("ready");',
  'services/notification/src/notification.ts': 'start({ jitter: Math.random });',
  'services/auth/src/keys/key-ring.ts': "import { generateKeyPairSync } from 'node:crypto';",
  'services/auth/src/keys/read.ts': "import { createHash } from 'node:crypto'; new Date(0);",
  'services/auth/src/keys/read.test.ts': everything,
  'services/auth/test/start.ts': everything,
  'packages/testkit/src/eventually.ts': everything,
  'packages/servers/src/start.ts': everything,
  'scripts/start.ts': everything,
};

test('the homes, the exceptions and the tools are left alone', () => {
  expect(found(good)).toEqual([]);
});

const clock = "the clock is injected: Clock of the runtime's clock.ts";
const environment = 'settings are read once, by runService, and handed over';
const chance = 'chance is an argument, so that a test can decide it';

describe.each(['services/auth/src/keys/planted.ts', 'packages/runtime/src/rpc/planted.ts'])(
  'in %s',
  (path) => {
    test.each([
      ['Temporal.Now.instant();', 'one-clock', 'uses Temporal.Now.instant', clock],
      ['const now = Temporal\n  .Now;', 'one-clock', 'uses Temporal.Now', clock],
      ['read(Date.now);', 'one-clock', 'uses Date.now', clock],
      ['const at = new Date();', 'one-clock', 'uses new Date()', clock],
      ['const at = performance.now();', 'one-clock', 'uses performance.now', clock],
      ['process.hrtime.bigint();', 'one-clock', 'uses process.hrtime.bigint', clock],
      ["import { performance } from 'node:perf_hooks';", 'one-clock', 'uses performance', clock],
      ['read(process.env);', 'one-environment', 'uses process.env', environment],
      ['const { env } = process;', 'one-environment', 'uses process.env', environment],
      ['const own = process;', 'one-environment', 'uses process', environment],
      ["import { env } from 'node:process';", 'one-environment', 'uses process.env', environment],
      ['Math.random();', 'injected-chance', 'uses Math.random', chance],
      ['crypto.randomUUID();', 'injected-chance', 'uses crypto.randomUUID', chance],
      ['crypto.getRandomValues(a);', 'injected-chance', 'uses crypto.getRandomValues', chance],
      [
        "import {\n  randomBytes,\n} from 'node:crypto';",
        'injected-chance',
        'uses crypto.randomBytes',
        chance,
      ],
      [
        "export { generateKeyPair } from 'crypto';",
        'injected-chance',
        'uses crypto.generateKeyPair',
        chance,
      ],
      ["import { typeid } from 'typeid-js';", 'injected-chance', 'uses typeid-js.typeid', chance],
      [
        'console.debug(1);',
        'one-log',
        'uses console.debug',
        'services write JSON logs, by the logger they are given',
      ],
    ])('%s is found', (text, rule, what, why) => {
      expect(found({ ...good, [path]: text })).toEqual([`${rule} ${path}:1 ${what}: ${why}`]);
    });
  },
);

test('no exception holds in domain code', () => {
  const path = 'services/auth/src/keys/domain/key-ring.ts';
  const text = "import { generateKeyPairSync } from 'node:crypto';";
  expect(found({ ...good, [path]: text })).toEqual([
    `injected-chance ${path}:1 uses crypto.generateKeyPairSync: ${chance}`,
  ]);
});

test('an exception that nothing needs is found', () => {
  const all = SOURCES.flatMap(({ exceptions }) => exceptions);
  expect(idleExceptions(treeOf(good)).length).toBe(all.length - 1);
  const idle = idleExceptions(treeOf({ 'services/auth/src/keys/key-ring.ts': '' })).map(textOf);
  expect(idle).toContain(
    'services/auth/src has no key-ring.ts that needs injected-chance lifted: ' +
      'an exception that nothing needs is taken out of machine-sources.ts',
  );
});
