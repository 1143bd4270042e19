import { describe, expect, test } from '@jest/globals';
import { parseModule } from './module.ts';

const specifiers = (text: string) =>
  parseModule('a.ts', text).imports.map(({ specifier }) => specifier);
const uses = (text: string) => parseModule('a.ts', text).uses.map(({ name }) => name);

describe('imports', () => {
  test.each([
    "import './x.ts';",
    "import x from './x.ts';",
    "import * as x from './x.ts';",
    "import type { X } from './x.ts';",
    "import {\n  one,\n  type Two,\n} from\n  './x.ts';",
    "export * from './x.ts';",
    "export * as x from './x.ts';",
    "export type { X } from './x.ts';",
    "export {\n  x } from './x.ts';",
    "const x = await import('./x.ts');",
    'const x = await import(`./x.ts`);',
    "const x = require('./x.ts');",
    "type X = import('./x.ts').X;",
    "function f(x: import('./x.ts').X<string>): void {}",
    "import x = require('./x.ts');",
  ])('are found: %s', (text) => {
    expect(specifiers(text)).toEqual(['./x.ts']);
  });

  test.each([
    "// import './x.ts';",
    "/* export * from './x.ts'; */",
    'const text = "import \'./x.ts\'";',
    "const text = `import('./x.ts')`;",
    "const pattern = /import '\\.\\/x\\.ts'/;",
  ])('are not what only looks like one: %s', (text) => {
    expect(specifiers(text)).toEqual([]);
  });

  test('have a line and the names they bring', () => {
    const text = "\n\nimport a, { b as c, type D } from './x.ts';\nexport * from './y.ts';";
    expect(parseModule('a.ts', text).imports).toEqual([
      { specifier: './x.ts', line: 3, names: ['default', 'b', 'D'], isDynamic: false },
      { specifier: './y.ts', line: 4, names: ['*'], isDynamic: false },
    ]);
  });
});

describe('uses', () => {
  test.each([
    ['Temporal.Now.instant()', 'Temporal.Now.instant'],
    ['globalThis.Temporal.Now.instant()', 'Temporal.Now.instant'],
    ['const { instant } = Temporal.Now;', 'Temporal.Now.instant'],
    ['const wait = Date.now;', 'Date.now'],
    ['new Date()', 'new Date()'],
    ['new globalThis.Date()', 'new Date()'],
    ['Date()', 'Date()'],
    ['const Clock = Date;', 'Date'],
    ["process['env'].PATH", 'process.env.PATH'],
    ['process\n  // the environment\n  .env', 'process.env'],
    ['(process as Any)?.env', 'process.env'],
    ['const { env } = process;', 'process.env'],
    ['const { env: { PATH } } = process;', 'process.env'],
    ['const { pid, ...rest } = process;', 'process'],
    ['function read(from = process.env) {}', 'process.env'],
    ['read({ process })', 'process'],
    ["import { env } from 'node:process';", 'process.env'],
    ["import { env } from 'process';", 'process.env'],
    ["import own from 'node:process'; own.env", 'process.env'],
    ["import { randomBytes as bytes } from 'node:crypto';", 'crypto.randomBytes'],
    ["export { randomBytes } from 'node:crypto';", 'crypto.randomBytes'],
    ["export * from 'node:crypto';", 'crypto'],
    ["import * as c from 'node:crypto'; c.randomUUID()", 'crypto.randomUUID'],
    [
      "import { webcrypto } from 'node:crypto'; webcrypto.getRandomValues(a)",
      'crypto.getRandomValues',
    ],
    ["import { performance as p } from 'node:perf_hooks'; p.now()", 'performance.now'],
    ["import { typeid } from 'typeid-js';", 'typeid-js.typeid'],
  ])('are found: %s', (text, name) => {
    expect(uses(text)).toContain(name);
  });

  test.each([
    'new Date(0)',
    'const at = new Date(clock.now().epochMilliseconds);',
    'if (it instanceof Date) read(it);',
    'type Now = typeof Date.now;',
    'let at: Date;',
    'clock.Date.now()',
    "const text = 'Date.now()'; // process.env, new Date()",
    "import type { randomBytes } from 'node:crypto';",
    "import { type randomBytes } from 'node:crypto';",
    'const { process } = settings;',
    'const { Math: { random } } = settings;',
    "import { process } from './process.ts'; process.start();",
    'function f({ process }) {}',
    'read({ process: 1, Date: 2 })',
    'class Machine { process = 1; Date() {} }',
  ])('are not what only looks like one: %s', (text) => {
    const machine = /^(?:process|Date|new Date\(\)|Math|crypto)(?:\.|$)/;
    expect(uses(text).filter((name) => machine.test(name))).toEqual([]);
  });
});

test('a text that is no program is refused by its path', () => {
  expect(() => parseModule('broken.ts', 'const =')).toThrow(/^broken\.ts cannot be parsed/);
});
