import { expect, test } from '@jest/globals';
import { pureDomain } from './pure-domain.ts';
import { findings, manifest } from './testing/findings.ts';

const domain = 'services/billing/src/bills/domain/bill-month.ts';
const good = {
  'services/billing/package.json': manifest('billing'),
  'packages/money/package.json': manifest('money'),
  'packages/runtime/package.json': manifest('runtime', {
    exports: { '.': './src/index.ts', './errors': './src/errors.ts' },
  }),
  'packages/credentials/package.json': manifest('credentials', {
    exports: { '.': './src/index.ts', './known-key': './src/domain/known-key.ts' },
  }),
  'packages/api/package.json': manifest('api', { exports: { './*': './src/gen/*_pb.ts' } }),
  [domain]: `
    import { createHash } from 'node:crypto';
    import { crc32 } from 'node:zlib';
    import ipaddr from 'ipaddr.js';
    import type { Money } from '@tollgate/money';
    import { PlanSchema } from '@tollgate/api/tollgate/billing/v1/billing_service';
    import type { KnownKey } from '@tollgate/credentials/known-key';
    import type { Plan } from '../../catalogue/domain/plan.ts';
    import { planNotFound } from '../../errors.ts';
    import { share } from './share.ts';
    const known = new Set(['a']);
    export const words: ReadonlySet<string> = new Set(['a']);
    export const none: readonly string[] = [];
    const nothing = [] as const;
    const labels = { a: 'A' };
    export function has(word: string): boolean {
      let found = known.has(word);
      const seen = new Map<string, string>();
      seen.set(word, labels.a);
      return found || nothing.length > 0;
    }
    export const hash = createHash('sha256').update(new Date(0).toISOString());
  `,
  'services/billing/src/bills/domain/share.ts': 'export const share = 1;',
  'services/billing/src/catalogue/domain/plan.ts': 'export interface Plan {}',
  'services/billing/src/errors.ts': `
    import { Code } from '@connectrpc/connect';
    import { ErrorReason } from '@tollgate/api/tollgate/errors/v1/error_reason';
    import { failure } from '@tollgate/runtime/errors';
  `,
  'services/billing/src/bills/domain/bill-month.test.ts': "import { readFileSync } from 'node:fs';",
  'services/billing/src/bills/bill-store.ts': "import { Rows } from '@tollgate/runtime';",
};

test('pure domain code is left alone', () => {
  expect(findings(pureDomain, good)).toEqual([]);
});

const library = 'domain is pure: no I/O, no clock, no chance, no library but the listed ones';
const inside =
  "domain is pure: no handler, store, rows or events, only domain and the service's errors";
const ours = 'domain is pure: of ours it imports only money, periods, rating, api, and domain';

test.each([
  ["import { readFileSync } from 'node:fs';", 'imports node:fs', library],
  ["import type { Stats } from 'fs';", 'imports fs', library],
  [
    "import {\n  createHash,\n  randomBytes,\n} from 'node:crypto';",
    'imports node:crypto',
    library,
  ],
  ["import * as crypto from 'node:crypto';", 'imports node:crypto', library],
  ["import 'node:zlib';", 'imports node:zlib', library],
  ["import { Client } from 'pg';", 'imports pg', library],
  ["import type { Rows } from '@tollgate/runtime';", 'imports @tollgate/runtime', ours],
  ["import { failure } from '@tollgate/runtime/errors';", 'imports @tollgate/runtime/errors', ours],
  ["export * from '../bill-store.ts';", 'imports ../bill-store.ts', inside],
  ["import type { BillRow } from '../bill-row.ts';", 'imports ../bill-row.ts', inside],
  ["import type { Config } from '../../config.ts';", 'imports ../../config.ts', inside],
  ["type Row = import('../bill-row.ts').BillRow;", 'imports ../bill-row.ts', inside],
  [
    "const plan = await import('./share.ts');",
    'imports ./share.ts',
    'domain is pure: it loads nothing when it runs',
  ],
  ['await fetch(url);', 'uses fetch', 'domain is pure: it reaches nothing outside'],
  ['setTimeout(next, 1);', 'uses setTimeout', 'domain is pure: it reaches nothing outside'],
  ['process.exit();', 'uses process.exit', 'domain is pure: it reaches nothing outside'],
])('domain that reaches out is found: %s', (text, what, why) => {
  expect(findings(pureDomain, { ...good, [domain]: text })).toEqual([
    `${domain}:1 ${what}: ${why}`,
  ]);
});

test.each([
  ['let last = 0;', 'last (let)'],
  ['export var last;', 'last (let)'],
  ['let { last } = share;', '{ … } (let)'],
  ['const cache = new Map<string, number>();', 'cache (begins empty)'],
  ['const cache = new WeakMap();', 'cache (begins empty)'],
  ['const list: string[] = [];', 'list (begins empty)'],
  ['export const known = new Set([1]);', 'known (can be written by importers)'],
  ['const known = new Set([1]); const add = () => known.add(2);', 'known (written)'],
  ['const list = [1]; export const next = () => list.pop();', 'list (written)'],
  ['const list = [1]; export const next = () => { list[0] = 2; };', 'list (written)'],
  ['const at = { x: 1 }; export const next = () => at.x++;', 'at (written)'],
  ['const at = { x: { y: 1 } }; export const next = () => { at.x.y = 2; };', 'at (written)'],
  ['const at = { x: 1 }; export const next = () => delete at.x;', 'at (written)'],
  [
    'const m: ReadonlyMap<number, 1> = new Map(); const f = () => (m as Map<number, 1>).set(1, 1);',
    'm (written)',
  ],
])('domain that remembers is found: %s', (text, kept) => {
  const why = 'domain is pure: no let at the top of a file, no container that can be written';
  expect(findings(pureDomain, { ...good, [domain]: text })).toEqual([
    `${domain}:1 keeps ${kept}: ${why}`,
  ]);
});

test('a domain folder of a package, or not in a subject, is domain, too', () => {
  const text = "import 'node:fs';";
  for (const path of ['packages/runtime/src/domain/x.ts', 'services/billing/src/domain/x/y.ts']) {
    expect(findings(pureDomain, { ...good, [path]: text })).toEqual([
      `${path}:1 imports node:fs: ${library}`,
    ]);
  }
});

test("a service's errors are as light as the domain that throws them", () => {
  const errors = 'services/billing/src/errors.ts';
  const why = 'domain throws these errors: they import api, failure from runtime/errors, and Code';
  for (const [text, specifier] of [
    ["import { failure } from '@tollgate/runtime';", '@tollgate/runtime'],
    ["import { createClient } from '@connectrpc/connect';", '@connectrpc/connect'],
    ["import type { Plan } from './catalogue/domain/plan.ts';", './catalogue/domain/plan.ts'],
  ] as const) {
    expect(findings(pureDomain, { ...good, [errors]: text })).toEqual([
      `${errors}:1 imports ${specifier}: ${why}`,
    ]);
  }
});
