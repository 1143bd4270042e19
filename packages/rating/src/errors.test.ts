import { expect, test } from '@jest/globals';
import { currency, money, ONE, rational, type Violation, ZERO } from '@tollgate/money';
import { monthPeriod } from '@tollgate/periods';
import { parseExact } from './exact-text.ts';
import {
  burnDown,
  type Change,
  type Credit,
  type CreditNoteInput,
  creditNote,
  joinSegments,
  type LineInput,
  parsePrice,
  priceViolations,
  prorateChange,
  RatingError,
  rateLine,
  recompute,
  type SegmentUsage,
  toLineDocument,
} from './index.ts';

const usd = currency('USD');
const eur = currency('EUR');
const time = Temporal.Instant.from('2026-01-01T00:00:00Z');
const perUnit = { kind: 'per_unit', version: 'v1', currency: 'USD', unit_price: '1' };
const percentage = { kind: 'percentage', version: 'v1', currency: 'USD', percent: '1' };
const rated = (input: Partial<LineInput>) =>
  rateLine({ price: parsePrice(perUnit), usage: { quantity: ONE }, ...input });

const said = (violations: readonly Violation[]) =>
  violations.map(({ field, rule, message }) => `${field} [${rule}] ${message}`);

const LETTER_FIRST = 'must have 4 to 12 of A-Z, 0-9 and _, a letter first.';
const KINDS =
  'flat, per_unit, graduated, volume, package, capacity, percentage, graduated_percentage, dynamic';

const prices: [price: unknown, violations: string[]][] = [
  [null, ['price [object] must be an object.']],
  [[], ['price [object] must be an object.']],
  [
    { kind: 'toString' },
    [
      `kind [known] must be one of ${KINDS}.`,
      'version [required] is missing.',
      'currency [required] is missing.',
    ],
  ],
  [
    { ...perUnit, kind: 'Flat', timing: 1, minimum: '2', maximum: '1' },
    [
      `kind [known] must be one of ${KINDS}.`,
      'timing [choice] must be one of in_advance, in_arrears.',
      'minimum [not_above_maximum] must not be above maximum.',
    ],
  ],
  [
    { kind: 'flat', version: 'v1', currency: 'CLF', amount: '999999999999999' },
    ['amount [int64] is larger than any amount we can store.'],
  ],
  [
    { kind: 'per_unit', colour: 'red' },
    [
      'colour [known] is no field of this price.',
      'version [required] is missing.',
      'currency [required] is missing.',
      'unit_price [required] is missing.',
    ],
  ],
  [
    { ...perUnit, version: 'v 1', minor_unit_digits: 9, rounding: 'up', timing: 1, share_by: null },
    [
      'version [pattern] must match ^[A-Za-z0-9_.-]{1,80}$.',
      'minor_unit_digits [digits] must be a whole number from 0 to 8.',
      'rounding [choice] must be one of half_away_from_zero, half_even.',
      'timing [choice] must be one of in_advance, in_arrears.',
      'share_by [choice] must be one of day, second.',
      'minor_unit_digits [custom_only] is fixed for an ISO 4217 currency.',
    ],
  ],
  [
    { ...perUnit, prorates: 'all', discount_percent: '100.1', free_units: '-1' },
    [
      'prorates [choice] must be one of amount, terms, nothing.',
      'discount_percent [max] must not be above 100.',
      'free_units [not_negative] must not be negative.',
    ],
  ],
  [
    { ...perUnit, minimum: '2', maximum: '1.5' },
    ['minimum [not_above_maximum] must not be above maximum.'],
  ],
  [{ ...perUnit, minimum: '2', maximum: '2' }, []],
  [
    { ...perUnit, minimum: 'x', maximum: '1' },
    ['minimum [ascii_digits] must only have the digits 0-9, a point and a minus sign.'],
  ],
  [{ ...perUnit, minimum: '2', maximum: 1 }, ['maximum [text] must be a text.']],
  [
    { ...perUnit, minimum: '2', maximum: 'x' },
    ['maximum [ascii_digits] must only have the digits 0-9, a point and a minus sign.'],
  ],
  [
    { ...percentage, event_minimum: '2', event_maximum: '1' },
    ['event_minimum [not_above_maximum] must not be above event_maximum.'],
  ],
  [
    { ...percentage, timing: 'in_advance' },
    ['timing [in_arrears_only] percentage is only known after its period.'],
  ],
  [{ ...perUnit, timing: 'in_advance' }, []],
  [
    { ...perUnit, currency: 'CREDITS' },
    ['currency [iso_4217] is no active ISO 4217 code and has no minor_unit_digits.'],
  ],
  [
    { ...perUnit, currency: 'XYZ', minor_unit_digits: 2 },
    [`currency [custom_code] ${LETTER_FIRST}`],
  ],
  [{ ...perUnit, currency: 'CREDITS', minor_unit_digits: 0 }, []],
  [{ ...perUnit, currency: 'CREDITS', minor_unit_digits: 8 }, []],
  [
    { ...perUnit, currency: 'CREDITS', minor_unit_digits: -1 },
    ['minor_unit_digits [digits] must be a whole number from 0 to 8.'],
  ],
  [
    { ...perUnit, currency: 'CREDITS', minor_unit_digits: 0.5 },
    ['minor_unit_digits [digits] must be a whole number from 0 to 8.'],
  ],
  [
    { kind: 'volume', version: 'v1', currency: 'USD', flat_on_zero: 'yes' },
    [
      'flat_on_zero [boolean] must be true or false.',
      'tiers [tiers_min_1] must be a list of at least one tier.',
    ],
  ],
  [
    { kind: 'package', version: 'v1', currency: 'USD', package_size: '0', package_price: '1' },
    ['package_size [positive] must be above zero.'],
  ],
  [
    { kind: 'dynamic', version: 'v1', currency: 'USD', multiplier: '1000000.1' },
    ['multiplier [max] must not be above 1000000.'],
  ],
];

test.each(prices)('the price %j says exactly what is wrong with it', (price, violations) => {
  expect(said(priceViolations(price))).toEqual(violations);
});

test('tiers say exactly what is wrong with them', () => {
  const tiers = [
    7,
    { up_to: null, unit_price: '1' },
    { up_to: '10', from: '1', unit_price: '1', colour: 'red' },
    { up_to: '10', from: '11', unit_price: '1' },
    { up_to: '20', from: '9', unit_price: '0' },
    { up_to: 'x', flat_fee: '1' },
    { up_to: '19', from: '25', package_size: '1' },
    { up_to: '30', from: '19', flat_fee: '1' },
  ];
  const price = { kind: 'graduated', version: 'v1', currency: 'USD', tiers };
  expect(said(priceViolations(price))).toEqual([
    'tiers[0] [object] must be an object.',
    'tiers[1].up_to [only_last_open] only the last has no bound.',
    'tiers[2].colour [known] is no field of this price.',
    'tiers[3].from [no_gap] leaves a gap behind the tier before.',
    'tiers[3].up_to [ascending] must be above the bound of the tier before.',
    'tiers[4].from [no_overlap] overlaps the tier before.',
    'tiers[5].up_to [ascii_digits] must only have the digits 0-9, a point and a minus sign.',
    'tiers[6] [unit_price_or_flat_fee] ' +
      'needs a unit_price or a flat_fee; a free tier has the unit_price 0.',
    'tiers[6].up_to [ascending] must be above the bound of the tier before.',
    'tiers[7].up_to [last_open] the last must have no bound.',
  ]);
});

const count = (month: string): SegmentUsage => ({
  period: monthPeriod(month, 'UTC'),
  aggregation: 'count',
  count: 1n,
});
const sum = (month: string): SegmentUsage => ({
  period: monthPeriod(month, 'UTC'),
  aggregation: 'sum',
  sum: ONE,
});
const change: Change = {
  mode: 'credit_aware',
  oldPrice: rational(-1n),
  newPrice: rational(-1n),
  remaining: rational(2n),
  billed: money(-1n, eur),
  currency: usd,
};
const credit = (id: string, units: bigint, priority: number, scale = usd): Credit => ({
  id,
  source: 'wallet',
  available: money(units, scale),
  priority,
  createdAt: time,
});
const invoice = [{ net: money(100n, usd), taxes: [], gross: money(100n, usd) }];
const credited = (input: Partial<CreditNoteInput>) => () =>
  creditNote({ currency: usd, invoice, credit: [], ...input });
const note = ({
  line,
  net,
  tax,
  gross,
}: Record<'net' | 'tax' | 'gross', bigint> & { line: number }) => {
  const amounts = { net: money(net, usd), gross: money(gross, usd) };
  const taxes = [{ code: 'vat', tax: money(tax, usd) }];
  return { ...amounts, tax: money(tax, usd), lines: [{ line, ...amounts, taxes }] };
};
const stored = JSON.parse(
  JSON.stringify(
    toLineDocument(rated({ evidence: { eventCount: 1n, digest: 'd' }, billed: money(1n, usd) })),
  ),
);
const altered = (input: object) => () =>
  recompute({ ...stored, input: { ...stored.input, ...input } });
// A list of holes: it takes no memory.
const tooMany: unknown[] = Object.assign([], { length: 10_000_001 });
const event = { id: 'a', time: '2026-01-01T00:00:00Z', amount: '1' };

const refusals: [reason: string, violations: string[], call: () => unknown][] = [
  [
    'INVALID_USAGE',
    ['quantity [not_negative] must not be negative.'],
    () => rated({ usage: { quantity: rational(-1n) } }),
  ],
  [
    'INVALID_USAGE',
    [
      'events[1].amount [not_negative] must not be negative.',
      'events[1].id [unique] "a" comes twice.',
    ],
    () =>
      rated({
        usage: {
          events: [
            { id: 'a', time, amount: ZERO },
            { id: 'a', time, amount: rational(-1n) },
          ],
        },
      }),
  ],
  [
    'INVALID_USAGE',
    ['usage [events] a percentage price needs events.'],
    () => rated({ price: parsePrice(percentage) }),
  ],
  [
    'INVALID_INPUT',
    [
      'share [fraction] must be from 0 to 1.',
      'evidence.eventCount [not_negative] must not be negative.',
    ],
    () => rated({ share: rational(2n), evidence: { eventCount: -1n, digest: 'none' } }),
  ],
  [
    'INVALID_INPUT',
    ['share [fraction] must be from 0 to 1.'],
    () => rated({ share: rational(-1n) }),
  ],
  [
    'INVALID_INPUT',
    [
      'share [bits_max_1024] must have a denominator of 1 to 1,024 bits.',
      'evidence.eventCount [integer_digits_max] has more than 30 digits.',
      'evidence.digest [pattern] must have 1 to 128 printable ASCII characters, no spaces.',
    ],
    () =>
      rated({
        share: { numerator: 1n, denominator: 0n },
        evidence: { eventCount: 10n ** 30n, digest: 'd\namount: 9.99 USD' },
      }),
  ],
  ...['', 'd d', 'd\n', 'dé', 'd\u0007', 'd'.repeat(129)].map(
    (digest): [string, string[], () => unknown] => [
      'INVALID_INPUT',
      ['evidence.digest [pattern] must have 1 to 128 printable ASCII characters, no spaces.'],
      () => rated({ evidence: { eventCount: 1n, digest } }),
    ],
  ),
  [
    'INVALID_USAGE',
    ['quantity [integer_digits_max] has more than 30 digits before the point.'],
    () => rated({ usage: { quantity: rational(10n ** 30n * 7n, 7n) } }),
  ],
  [
    'INVALID_USAGE',
    ['quantity [bits_max_1024] must have a denominator of 1 to 1,024 bits.'],
    () => rated({ usage: { quantity: { numerator: 1n, denominator: (1n << 1_024n) + 1n } } }),
  ],
  [
    'INVALID_USAGE',
    [
      'events[0].amount [integer_digits_max] has more than 30 digits before the point.',
      'events[1].amount [bits_max_1024] must have a denominator of 1 to 1,024 bits.',
    ],
    () =>
      rated({
        usage: {
          events: [
            { id: 'a', time, amount: rational(10n ** 2_500n) },
            { id: 'b', time, amount: { numerator: 1n, denominator: -1n } },
          ],
        },
      }),
  ],
  [
    'INVALID_USAGE',
    ['quantity [integer_digits_max] has more than 30 digits before the point.'],
    () =>
      rated({
        usage: {
          events: ['a', 'b'].map((id) => ({ id, time, amount: rational(10n ** 30n - 1n) })),
        },
      }),
  ],
  [
    'INVALID_SEGMENTS',
    ['period [adjacent] does not follow the one before.'],
    () => joinSegments(sum('2026-01'), sum('2026-03')),
  ],
  [
    'INVALID_SEGMENTS',
    ['aggregation [same] differs from that of the segment before.'],
    () => joinSegments(sum('2026-01'), count('2026-02')),
  ],
  [
    'INVALID_CHANGE',
    [
      'oldPrice [not_negative] must not be negative.',
      'newPrice [not_negative] must not be negative.',
      'remaining [fraction] must be from 0 to 1.',
      'billed [not_negative] must not be negative.',
      'billed [same_currency] must be in USD.',
      'credits [required] must say what was granted and what is unused.',
    ],
    () => prorateChange(change),
  ],
  [
    'INVALID_CHANGE',
    [
      'remaining [fraction] must be from 0 to 1.',
      'credits.unused [not_negative] must not be negative.',
      'credits.unused [within_granted] must not be more than was granted.',
    ],
    () =>
      prorateChange({
        ...change,
        oldPrice: ONE,
        newPrice: ONE,
        billed: money(0n, usd),
        remaining: rational(-1n),
        credits: { granted: rational(-2n), unused: rational(-1n) },
      }),
  ],
  [
    'INVALID_INPUT',
    [
      'total [not_negative] must not be negative.',
      'credits[1].id [unique] "a" comes twice.',
      'credits[1].available [not_negative] must not be negative.',
      'credits[1].available [same_currency] must be in USD.',
      'credits[1].priority [whole] must be a whole number.',
    ],
    () => burnDown(money(-1n, usd), [credit('a', 1n, 0), credit('a', -1n, 0.5, eur)]),
  ],
  [
    'INVALID_CREDIT_NOTE',
    ['credit [lines_min_1] must name at least one line.'],
    credited({ credit: [] }),
  ],
  [
    'INVALID_CREDIT_NOTE',
    [
      'credit[0].amount [positive] must be above zero.',
      'credit[1].line [unique] names line 0 twice.',
      'credit[1].amount [within_line] is more than the net 1.00 left of line 0.',
      'credit[2].line [existing] line 1 is none of the invoice.',
    ],
    credited({
      credit: [
        { line: 0, of: 'net', amount: money(0n, usd) },
        { line: 0, of: 'net', amount: money(101n, usd) },
        { line: 1, of: 'net', amount: money(1n, usd) },
      ],
    }),
  ],
  [
    'INVALID_CREDIT_NOTE',
    ['credit.total [positive] must be above zero.'],
    credited({ credit: { total: money(0n, usd) } }),
  ],
  [
    'INVALID_CREDIT_NOTE',
    ['credit.total [within_invoice] is more than the 1.00 left of the invoice.'],
    credited({ credit: { total: money(101n, usd) } }),
  ],
  [
    'INVALID_CREDIT_NOTE',
    ['credit [within_invoice] is more than the 0.60 left of the invoice.'],
    credited({
      invoice: [...invoice, { net: money(-40n, usd), taxes: [], gross: money(-40n, usd) }],
      credit: [{ line: 0, of: 'net', amount: money(61n, usd) }],
    }),
  ],
  [
    'INVALID_CREDIT_NOTE',
    ['credit.total [same_currency] must be in USD.'],
    credited({ credit: { total: money(1n, eur) } }),
  ],
  [
    'INVALID_CREDIT_NOTE',
    ['invoice[0] [adds_up] has net and taxes that are not its gross.'],
    credited({
      invoice: [{ net: money(99n, usd), taxes: [], gross: money(100n, usd) }],
      credit: { total: money(1n, usd) },
    }),
  ],
  [
    'INVALID_CREDIT_NOTE',
    [
      'issued[0].lines[0] [adds_up] has net and taxes that are not its gross.',
      'issued[0].lines[0] [existing] is of no line of the invoice.',
      'issued[0].lines[0] [not_negative] must not be negative.',
    ],
    credited({
      issued: [note({ line: 1, net: -1n, tax: 1n, gross: 1n })],
      credit: { total: money(1n, usd) },
    }),
  ],
  [
    'INVALID_CREDIT_NOTE',
    [
      'issued[0].lines[0].taxes [known] names "vat", no tax of the invoiced line.',
      'issued[0].lines[0] [not_negative] must not be negative.',
    ],
    credited({
      issued: [note({ line: 0, net: 2n, tax: -1n, gross: 1n })],
      credit: { total: money(1n, usd) },
    }),
  ],
  [
    'INVALID_CREDIT_NOTE',
    [
      'issued[0].lines[0].taxes [known] names "vat", no tax of the invoiced line.',
      'issued [within_line] took more from line 0 than it has.',
      'credit.total [within_invoice] is more than the 0.00 left of the invoice.',
    ],
    credited({
      issued: [note({ line: 0, net: 100n, tax: 1n, gross: 101n })],
      credit: { total: money(1n, usd) },
    }),
  ],
  ['INVALID_LINE', ['line [object] must be an object.'], () => recompute(null)],
  [
    'INVALID_LINE',
    ['input [object] must be an object.'],
    () => recompute({ ...stored, input: [] }),
  ],
  [
    'INVALID_LINE',
    ['format [known] must be tollgate.rated-line/1.'],
    () => recompute({ ...stored, format: 'tollgate.rated-line/9', amount: '0.01' }),
  ],
  [
    'INVALID_LINE',
    ['format [known] must be tollgate.rated-line/1.'],
    () => recompute(Object.create(stored)),
  ],
  [
    'INVALID_LINE',
    ['amount', 'colour', 'currency', 'rounding', 'steps'].map(
      (field) => `${field} [recomputed] is not what the input comes to.`,
    ),
    () =>
      recompute({
        ...stored,
        amount: '0.01',
        currency: 'EUR',
        rounding: undefined,
        steps: {},
        colour: 'red',
      }),
  ],
  [
    'INVALID_LINE',
    ['input.coupon [known] is no field of a line.', 'input.price2 [known] is no field of a line.'],
    altered({ coupon: '100', price2: undefined }),
  ],
  [
    'INVALID_LINE',
    [
      'input.note [known] is no field of a line.',
      'usage.quantity [known] is no field of a line.',
      'usage.events[0].time [instant] must be an RFC 3339 instant.',
      'usage.events[0].amount [exact_text] must be a decimal or a fraction.',
      'usage.events[1] [object] must be an object.',
      'usage.events[2].free [known] is no field of a line.',
      'share [exact_text] must be a decimal or a fraction.',
      'billed [text] must be a text.',
      'interim [boolean] must be true or false.',
      'evidence.by [known] is no field of a line.',
      'evidence.event_count [whole] must be a whole number.',
      'evidence.digest [text] must be a text.',
    ],
    altered({
      note: '',
      usage: {
        quantity: '1',
        events: [
          { id: 'a', time: 'today', amount: '1e5' },
          null,
          { id: 'b', time: '2026-01-01T00:00:00Z', amount: '1', free: true },
        ],
      },
      share: '0,5',
      billed: 1,
      interim: 'no',
      evidence: { event_count: '-1', digest: 7, by: 'x' },
    }),
  ],
  [
    'INVALID_LINE',
    ['digest [matches_input] does not fit the input.'],
    altered({ usage: { quantity: '2' } }),
  ],
  ['INVALID_LINE', ['usage [object] must be an object.'], altered({ usage: null })],
  [
    'INVALID_LINE',
    ['usage.quantity [exact_text] must be a decimal or a fraction.'],
    altered({ usage: { quantity: 1 } }),
  ],
  [
    'INVALID_LINE',
    ['usage.events [list] must be a list of events.'],
    altered({ usage: { events: {} } }),
  ],
  [
    'INVALID_LINE',
    ['usage.events [list] must be a list of events.'],
    altered({ usage: { events: tooMany } }),
  ],
  [
    'INVALID_LINE',
    ['usage.events[0] [object] must be an object.'],
    altered({ usage: { events: [7] } }),
  ],
  [
    'INVALID_LINE',
    ['usage.events[0].id [text] must be a text.'],
    altered({ usage: { events: [{ ...event, id: 7 }] } }),
  ],
  [
    'INVALID_LINE',
    ['usage.events[0].time [instant] must be an RFC 3339 instant.'],
    altered({ usage: { events: [{ ...event, time: 'today' }] } }),
  ],
  [
    'INVALID_LINE',
    ['usage.events[0].amount [exact_text] must be a decimal or a fraction.'],
    altered({ usage: { events: [{ ...event, amount: '1e5' }] } }),
  ],
  [
    'INVALID_LINE',
    ['share [exact_text] must be a decimal or a fraction.'],
    altered({ share: '1/0' }),
  ],
  [
    'INVALID_LINE',
    ['billed [amount] billed: has more than 2 digits after the point.'],
    altered({ billed: '1.005' }),
  ],
  ['INVALID_LINE', ['billed [text] must be a text.'], altered({ billed: 1 })],
  ['INVALID_LINE', ['interim [boolean] must be true or false.'], altered({ interim: 'yes' })],
  ['INVALID_LINE', ['evidence [object] must be an object.'], altered({ evidence: 'd' })],
  [
    'INVALID_LINE',
    ['evidence.event_count [whole] must be a whole number.'],
    altered({ evidence: { event_count: '0.5', digest: 'd' } }),
  ],
  [
    'INVALID_LINE',
    ['evidence.digest [text] must be a text.'],
    altered({ evidence: { event_count: '1' } }),
  ],
  [
    'INVALID_LINE',
    ['x [bits_max_1024] must have a denominator of 1 to 1,024 bits.'],
    () => parseExact(`1/${(1n << 1_024n) + 1n}`, 'x'),
  ],
  [
    'INVALID_LINE',
    ['x [exact_text] must be a decimal or a fraction.'],
    () => parseExact('1'.repeat(2_001), 'x'),
  ],
];

test.each(refusals)('%s says %j', (reason, violations, call) => {
  const error = thrownBy(call);
  expect(error.name).toBe('RatingError');
  expect(error.reason).toBe(reason);
  expect(said(error.violations)).toEqual(violations);
  expect(error.message).toBe(
    error.violations.map(({ field, message }) => `${field}: ${message}`).join(' '),
  );
});

test.each([
  ['a time', altered({ usage: { events: [{ ...event, time: 'today' }] } })],
  ['an amount', altered({ billed: '1.005' })],
])('%s that cannot be read carries its reason as the cause', (_, call) => {
  expect(Error.isError(thrownBy(call).cause)).toBe(true);
});

test('an exact text may have 2,000 characters', () => {
  expect(parseExact('1'.repeat(2_000), 'x').numerator).toBe(BigInt('1'.repeat(2_000)));
});

function thrownBy(call: () => unknown): RatingError {
  try {
    call();
  } catch (error) {
    if (error instanceof RatingError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
