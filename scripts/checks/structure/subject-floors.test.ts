import { expect, test } from '@jest/globals';
import { rowBorders } from './row-borders.ts';
import { subjectFloors } from './subject-floors.ts';
import { findings, manifest } from './testing/findings.ts';
import type { Files } from './tree.ts';

const src = 'services/billing/src';
const listed = manifest('billing', { subjects: ['bills', 'subscriptions', 'catalogue'] });
const good: Files = {
  'services/billing/package.json': listed,
  [`${src}/billing.ts`]: "import './bills/a.ts'; import './catalogue/plan-store.ts';",
  [`${src}/rows.ts`]: "import { PlanRow } from './catalogue/plan-row.ts';",
  [`${src}/config.ts`]: '',
  [`${src}/errors.ts`]: '',
  [`${src}/migrations/index.ts`]: "import { Migration } from '@tollgate/runtime';",
  [`${src}/bills/a.ts`]:
    "import './b.ts'; import '../catalogue/plan-store.ts'; import '../errors.ts';",
  [`${src}/bills/b.ts`]: "import '../subscriptions/domain/subscription.ts';",
  [`${src}/bills/a.test.ts`]: "import '../config.ts';",
  [`${src}/subscriptions/domain/subscription.ts`]: "import '../../catalogue/domain/plan.ts';",
  [`${src}/catalogue/domain/plan.ts`]: '',
  [`${src}/catalogue/plan-store.ts`]: "import { PlanRow } from './plan-row.ts';",
  [`${src}/catalogue/plan-row.ts`]: "import type { PriceRow } from './price-row.ts';",
  [`${src}/catalogue/price-row.ts`]: '',
  'services/billing/test/plans.test.ts': "import '../src/catalogue/plan-row.ts';",
};
const list = 'bills → subscriptions → catalogue';

test('subjects that import downwards are left alone', () => {
  expect(findings(subjectFloors, good)).toEqual([]);
  expect(findings(rowBorders, good)).toEqual([]);
});

test.each([
  [
    'catalogue/a.ts',
    "import type { Bill } from '../bills/b.ts';",
    '../bills/b.ts',
    `bills is above catalogue: arrows go down only (${list})`,
  ],
  [
    'catalogue/a.ts',
    "export {\n  subscribe,\n} from '../subscriptions/subscribe.ts';",
    '../subscriptions/subscribe.ts',
    `subscriptions is above catalogue: arrows go down only (${list})`,
  ],
  [
    'subscriptions/domain/s.ts',
    "import '../../bills/domain/bill.ts';",
    '../../bills/domain/bill.ts',
    `bills is above subscriptions: arrows go down only (${list})`,
  ],
  [
    'bills/a.ts',
    "import type { Config } from '../config.ts';",
    '../config.ts',
    'of the root, a subject imports only errors.ts',
  ],
  [
    'bills/a.ts',
    "import '../migrations/index.ts';",
    '../migrations/index.ts',
    "migrations are the root's",
  ],
  [
    'migrations/0002-plans.ts',
    "import '../catalogue/plan-store.ts';",
    '../catalogue/plan-store.ts',
    'migrations import no subject: what they say must never change',
  ],
])('an arrow upwards is found: %s %s', (file, text, specifier, why) => {
  const path = `${src}/${file}`;
  expect(findings(subjectFloors, { ...good, [path]: text })).toEqual([
    `${path}:1 imports ${specifier}: ${why}`,
  ]);
});

test('every folder is a listed subject, and every listed subject a folder', () => {
  const path = 'services/billing/package.json';
  const extra = { ...good, [`${src}/store/x.ts`]: '' };
  expect(findings(subjectFloors, extra)).toEqual([
    `${path} does not list store: ${src}/store is a subject or belongs to one`,
  ]);
  const more = manifest('billing', {
    subjects: ['bills', 'subscriptions', 'catalogue', 'taxes'],
  });
  expect(findings(subjectFloors, { ...good, [path]: more })).toEqual([
    `${path} lists taxes: there is no folder ${src}/taxes`,
  ]);
});

test('a service without a list of its subjects is found', () => {
  const path = 'services/billing/package.json';
  expect(findings(subjectFloors, { ...good, [path]: manifest('billing') })).toEqual([
    `${path} lists no subjects: ` +
      'its subjects must be listed, top to bottom: "tollgate": { "subjects": [] }',
  ]);
});

test.each([
  [
    'catalogue/create-plan.ts',
    "import { PlanRow } from './plan-row.ts';",
    './plan-row.ts',
    'rows do not leave a store: only *-store.ts and *-row.ts know them',
  ],
  [
    'catalogue/domain/plan.ts',
    "import type { PlanRow } from '../plan-row.ts';",
    '../plan-row.ts',
    'rows do not leave a store: another subject asks its store',
  ],
  [
    'bills/bill-store.ts',
    "import { PlanRow } from '../catalogue/plan-row.ts';",
    '../catalogue/plan-row.ts',
    'rows do not leave a store: another subject asks its store',
  ],
  [
    'billing.ts',
    "export * from './catalogue/plan-row.ts';",
    './catalogue/plan-row.ts',
    'rows do not leave a store: another subject asks its store',
  ],
])('a row that leaves its store is found: %s', (file, text, specifier, why) => {
  const path = `${src}/${file}`;
  expect(findings(rowBorders, { ...good, [path]: text })).toEqual([
    `${path}:1 imports ${specifier}: ${why}`,
  ]);
});
