import { expect, test } from '@jest/globals';
import { compare, exactText, money, rational } from '@tollgate/money';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { parseExact } from './exact-text.ts';
import {
  explain,
  type LineDocument,
  parsePrice,
  RatingError,
  rateLine,
  recompute,
  toLineDocument,
  wrongFields,
} from './index.ts';
import { eventAmounts, eventsOf, price, share } from './testing/arbitrary-price.ts';

const line = fc
  .record({
    price,
    amounts: eventAmounts,
    share,
    billed: fc.bigInt({ min: -500n, max: 5_000n }),
    interim: fc.boolean(),
    eventCount: fc.bigInt({ min: 0n, max: 10n ** 12n }),
  })
  .map(({ amounts, billed, eventCount, ...rest }) =>
    rateLine({
      ...rest,
      usage: eventsOf(amounts),
      billed: money(billed, rest.price.currency),
      evidence: { eventCount, digest: 'sample' },
    }),
  );
const stored = line.map(toLineDocument);

test('recomputing what a line carries gives the same line', () => {
  checkProperty(
    fc.property(line, (given) => {
      const document = toLineDocument(given);
      const read = JSON.parse(JSON.stringify(document)) as LineDocument;
      const again = recompute(read);
      expect(again.amount).toEqual(given.amount);
      expect(document.format).toBe('tollgate.rated-line/1');
      expect(toLineDocument(again)).toEqual(document);
      expect(wrongFields(read)).toEqual([]);
    }),
  );
});

test('the order of keys changes neither the digest of a price nor that of a line', () => {
  checkProperty(
    fc.property(stored, (document) => {
      const backwards = reversed(document) as LineDocument;
      expect(recompute(backwards).digest).toBe(document.digest);
      expect(parsePrice(backwards.input.price).digest).toBe(
        parsePrice(document.input.price).digest,
      );
      expect(wrongFields(backwards)).toEqual([]);
    }),
  );
});

test('an amount or a step that was altered is found', () => {
  checkProperty(
    fc.property(stored, (document) => {
      const steps = { ...document.steps, priced: `${document.steps.priced}1` };
      for (const [change, wrong] of [
        [{ steps }, ['steps']],
        [{ amount: `${document.amount}1` }, ['amount']],
        [{ currency: 'EUR', rounding: 'up' }, ['currency', 'rounding']],
      ] as const) {
        const altered = { ...document, ...change } as LineDocument;
        expect(wrongFields(altered)).toEqual(wrong);
        expect(() => recompute(altered)).toThrow(
          expect.objectContaining({
            reason: 'INVALID_LINE',
            violations: wrong.map((field) => expect.objectContaining({ field })),
          }),
        );
      }
    }),
  );
});

test('an input means the same however its values are written and its events ordered', () => {
  const document = { kind: 'dynamic', version: 'v1', currency: 'EUR', multiplier: '1' };
  const given = rateLine({ price: parsePrice(document), usage: eventsOf([7, 5]), interim: false });
  const { input, ...rest } = toLineDocument(given);
  const events = [
    { id: 'event-1', time: '2026-03-01T01:00:01+01:00', amount: '5.00' },
    { id: 'event-0', time: '2026-03-01T00:00:00Z', amount: '7' },
  ];
  const { interim: _, ...written } = { ...input, usage: { events } };
  expect(recompute({ ...rest, input: written }).amount).toEqual(given.amount);
  expect(wrongFields({ ...rest, input: written })).toEqual([]);
});

test('steps and amounts of another shape are wrong, however alike', () => {
  const line = rateLine({ price: parsePrice(FLAT), usage: { quantity: rational(1n) } });
  const document = toLineDocument(line);
  const [step] = document.steps.walk;
  const wrong = (change: object) => wrongFields({ ...document, ...change });
  const walks = [null, 7, '', {}, [], { 0: step }, [step, step], [{ ...step, more: 1 }], [null]];
  for (const walk of walks) {
    expect(wrong({ steps: { ...document.steps, walk } })).toEqual(['steps']);
  }
  const { quantity, ...rest } = document.steps;
  expect(wrong({ steps: { ...rest, amount: quantity } })).toEqual(['steps']);
  for (const steps of [null, undefined, 7, []]) expect(wrong({ steps })).toEqual(['steps']);
  expect(wrong({ amount: 1, more: null, also: 0 })).toEqual(['also', 'amount', 'more']);
  expect(wrong({ amount: Object.fromEntries(Object.entries(document.amount)) })).toEqual([
    'amount',
  ]);
});

test('an input that was altered is refused', () => {
  checkProperty(
    fc.property(stored, ({ input, ...rest }) => {
      const more = {
        ...input.evidence,
        event_count: `${input.evidence?.event_count}0`,
        digest: 'x',
      };
      for (const altered of [
        { ...input, price: { ...input.price, version: 'v2' } },
        { ...input, interim: input.interim !== true },
        { ...input, billed: '999999' + (input.price.currency === 'JPY' ? '' : '.00') },
        { ...input, evidence: more },
      ]) {
        expect(() => recompute({ ...rest, input: altered })).toThrow(
          expect.objectContaining({ reason: 'INVALID_LINE' }),
        );
      }
    }),
  );
});

test('whatever is read, nothing but a named error comes out', () => {
  checkProperty(
    fc.property(fc.jsonValue(), (anything) => {
      const format = 'tollgate.rated-line/1';
      for (const given of [
        anything,
        { input: anything },
        { format, input: anything },
        { format, input: { price: anything } },
        { format, input: { price: FLAT, usage: anything } },
      ]) {
        expect(() => recompute(given)).toThrow(RatingError);
      }
    }),
  );
});

test('exact values are read as they are printed', () => {
  const part = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
  checkProperty(
    fc.property(part, fc.bigInt({ min: 1n, max: 10n ** 20n }), (numerator, denominator) => {
      const value = rational(numerator, denominator);
      expect(compare(parseExact(exactText(value), 'value'), value)).toBe(0);
    }),
  );
  for (const text of ['', '1/0', '01', '1e3', ' 1', '1/2/3', '.5', 7, null, ['1'], {}]) {
    expect(() => parseExact(text, 'value')).toThrow(RatingError);
  }
});

test('the explanation shows every step to people', () => {
  const given = rateLine({
    price: parsePrice({
      kind: 'graduated',
      version: 'pro-3',
      currency: 'EUR',
      tiers: [
        { up_to: '100', unit_price: '0.10' },
        { unit_price: '0.05', flat_fee: '3' },
      ],
      free_units: '20',
      discount_percent: '10',
      minimum: '40',
    }),
    usage: { quantity: rational(200n) },
    share: rational(1n, 2n),
    billed: money(500n, parsePrice(FLAT).currency),
    evidence: { eventCount: 200n, digest: 'abc' },
  });
  expect(explain(toLineDocument(given)).split('\n')).toEqual([
    'graduated price pro-3, amounts in EUR',
    'usage: 200 from 200 events, digest abc',
    'free units: 10, left to price: 190',
    '  tier 1: 100 x 0.1 = 10',
    '  tier 2: 90 x 0.05 + 1.5 = 6',
    'priced: 16',
    'less 10 %: 14.4',
    'minimum of 20 applies: 20',
    'share of the period 0.5, of fixed terms: 20',
    'rounded once, half away from zero: 20.00',
    'already billed: 5.00',
    'amount: 15.00 EUR',
    `digest of the input: ${given.digest}`,
  ]);
});

test.each([
  ['flat', { amount: '4' }, 'of the amount', '2'],
  ['capacity', { tiers: [{ amount: '4' }] }, 'of the amount', '2'],
  ['dynamic', { multiplier: '4' }, 'of fixed terms', '4'],
  ['flat', { amount: '4', prorates: 'terms' }, 'of fixed terms', '2'],
  ['dynamic', { multiplier: '4', prorates: 'amount' }, 'of the amount', '2'],
  ['flat', { amount: '4', prorates: 'nothing' }, 'changes nothing', '4'],
])(
  'the explanation of a %s price with %j says what the share changed',
  (kind, terms, what, due) => {
    const price = parsePrice({ kind, version: 'v1', currency: 'EUR', ...terms });
    const line = rateLine({ price, usage: { quantity: rational(1n) }, share: rational(1n, 2n) });
    expect(explain(toLineDocument(line)).split('\n')).toContain(
      `share of the period 0.5, ${what}: ${due}`,
    );
  },
);

test('the explanation shows packages, and tiers only of a price that has them', () => {
  const shown = (terms: object, quantity: bigint) => {
    const price = parsePrice({ version: 'v1', currency: 'EUR', ...terms });
    const line = rateLine({ price, usage: { quantity: rational(quantity) } });
    return explain(toLineDocument(line)).split('\n').slice(1, -4);
  };
  const packages = { kind: 'package', package_size: '10', package_price: '3' };
  expect(shown(packages, 15n)).toEqual(['usage: 15', '  2 packages (15 units) x 3 = 6']);
  const tiers = [{ unit_price: '2', package_size: '10' }];
  expect(shown({ kind: 'volume', tiers }, 15n)).toEqual([
    'usage: 15',
    '  tier 1: 2 packages (15 units) x 2 = 4',
  ]);
});

test('the explanation of a percentage price counts its events', () => {
  const document = { kind: 'percentage', version: 'v1', currency: 'EUR', percent: '10' };
  const given = rateLine({
    price: parsePrice({ ...document, free_events: '1', event_minimum: '1', event_maximum: '5' }),
    usage: eventsOf([7, 5, 90]),
    interim: true,
  });
  expect(explain(toLineDocument(given)).split('\n')).toEqual([
    'percentage price v1, amounts in EUR',
    'usage: 102',
    '  events: 3, of which free 1, charged 2',
    '  free while fewer than 1 events came before',
    '  amounts: free 7, charged 95',
    '  rate: 95 x 0.1 = 9.5',
    '  fees: 2 x 0 = 0',
    '  raised to the minimum 1, plus 0.5',
    '  cut to the maximum 1, less 4',
    'priced: 6',
    'rounded once, half away from zero: 6.00',
    'period not over: no minimum yet',
    'amount: 6.00 EUR',
    `digest of the input: ${given.digest}`,
  ]);
});

test('the explanation says what is free of a percentage price, and nothing where nothing is', () => {
  const rows = (terms: object) => {
    const price = { kind: 'percentage', version: 'v1', currency: 'EUR', percent: '10', ...terms };
    const line = rateLine({ price: parsePrice(price), usage: eventsOf([7, 5, 90]) });
    const text = explain(toLineDocument(line)).split('\n');
    return text.filter((row) => row.startsWith('  free while'));
  };
  expect(rows({ free_events: '1' })).toEqual(['  free while fewer than 1 events came before']);
  expect(rows({ free_amount: '5' })).toEqual(['  free while less than 5 came before, up to it']);
  expect(rows({})).toEqual([]);
});

const FLAT = { kind: 'flat', version: 'v1', currency: 'EUR', amount: '1' };

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, reversed(entry)]);
  return Object.fromEntries(entries.toReversed());
}
