import { expect, test } from '@jest/globals';
import { inexactCode } from '@tollgate/testkit/exactness';

const src = new URL('.', import.meta.url);

test('no source has floating point, a clock, I/O or the locale of the machine', () => {
  expect(inexactCode(src)).toEqual([]);
});

/** Each is one forbidden line; `text`, `any thing` and so on are parameters around it. */
const LINES = [
  '+text / 3',
  '1e-2 * cents',
  '.5',
  '1.5',
  'cents / 2',
  'cents * 3',
  'cents % 2',
  'cents ** 2',
  '`${(text as any) * 1}`',
  '-(text as unknown as number)',
  'thing - 1',
  '-thing',
  'globalThis.Number',
  "globalThis['Number']",
  '[text].map(Number)',
  'Number(text)',
  'Number.parseFloat(text)',
  'Math.round(cents)',
  'parseInt(text, 10)',
  'new Intl.NumberFormat()',
  'new Intl.NumberFormat(undefined)',
  'Intl.NumberFormat',
  'units.toLocaleString()',
  'text.localeCompare(text)',
  'cents.toFixed(2)',
  "cents['toFixed'](2)",
  'new Date()',
  'Temporal.Now.instant()',
  "Temporal.Duration.from(text).total('hours')",
  'JSON.parse(text)',
  'process.env',
];

const ALLOWED = [
  'units / 2n * units ** 2n % 7n',
  '-units - 1n + units',
  'cents + 1 - text.length',
  'text + cents',
  'Number.isSafeInteger(cents)',
  "new Intl.NumberFormat('de').format(units)",
  '({ total: 1 }).total',
  '[text as Intl.StringNumericLiteral]',
  '-cents',
  '1_000',
  '0xff',
];

test('every way into floating point is found, and nothing else', () => {
  const around = (line: string) =>
    `export const f = (text: string, cents: number, units: bigint, thing: any) => [${line}];`;
  const entries = [...LINES, ...ALLOWED].map((line, index) => [`line-${index}.ts`, around(line)]);
  const found = inexactCode(src, [], Object.fromEntries(entries));
  // The parameter of type any is a finding of its own in each.
  const lines = found.filter((use) => !use.includes(': any: '));
  const places = new Set(lines.map((use) => use.split(':')[0]));
  expect([...places].sort()).toEqual(LINES.map((_, index) => `line-${index}.ts`).sort());
});
