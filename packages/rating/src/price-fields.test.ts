import { describe, expect, test } from '@jest/globals';
import { parsePrice, priceViolations } from './index.ts';

const common = { version: 'v1', currency: 'USD' };
const TIERS: Record<string, object> = {
  graduated: { unit_price: '1' },
  volume: { unit_price: '1' },
  capacity: { amount: '1' },
  graduated_percentage: { percent: '1' },
};
const tiered = (kind: string) => ({ tiers: [TIERS[kind]] });
const valid: Record<string, Record<string, unknown>> = {
  flat: { amount: '1' },
  per_unit: { unit_price: '1' },
  graduated: tiered('graduated'),
  volume: tiered('volume'),
  package: { package_size: '1', package_price: '1' },
  capacity: tiered('capacity'),
  percentage: { percent: '1' },
  graduated_percentage: tiered('graduated_percentage'),
  dynamic: { multiplier: '1' },
};
const kinds = Object.keys(valid);
const documentOf = (kind: string, fields: object) => ({
  ...common,
  kind,
  ...valid[kind],
  ...fields,
});
const rulesOf = (document: unknown) =>
  priceViolations(document).map(({ field, rule }) => `${field} ${rule}`);

const nines = (digits: number) => '9'.repeat(digits);
const twelvePlaces = `.${nines(12)}`;

/** What fits each type of field, and what just does not, by the rule that it breaks. */
const types: Record<string, { fits: unknown[]; breaks: Record<string, unknown> }> = {
  price: {
    fits: ['0', nines(15) + twelvePlaces],
    breaks: {
      integer_digits_max: nines(16),
      fraction_digits_max: `0.${nines(13)}`,
      not_negative: '-1',
      text: null,
    },
  },
  quantity: {
    fits: ['0', nines(30) + twelvePlaces],
    breaks: { integer_digits_max: nines(31), not_negative: '-1', text: null },
  },
  size: {
    fits: ['0.000000000001', nines(30)],
    breaks: { integer_digits_max: nines(31), positive: '0', text: null },
  },
  whole: { fits: ['0', nines(15)], breaks: { fraction_digits_max: '0.5', text: null } },
  percent: { fits: ['0', '100'], breaks: { max: '100.000000000001', text: null } },
  multiplier: { fits: ['0', '1000000'], breaks: { max: '1000000.1', text: null } },
  flag: { fits: [true, false], breaks: { boolean: 'true' } },
};

const everywhere: [field: string, type: string][] = [
  ['discount_percent', 'percent'],
  ['minimum', 'price'],
  ['maximum', 'price'],
];
const own: [kind: string, fields: [field: string, type: string, required?: true][]][] = [
  ['flat', [['amount', 'price', true]]],
  [
    'per_unit',
    [
      ['unit_price', 'price', true],
      ['free_units', 'quantity'],
    ],
  ],
  [
    'graduated',
    [
      ['free_units', 'quantity'],
      ['flat_on_zero', 'flag'],
    ],
  ],
  [
    'volume',
    [
      ['free_units', 'quantity'],
      ['flat_on_zero', 'flag'],
    ],
  ],
  [
    'package',
    [
      ['package_size', 'size', true],
      ['package_price', 'price', true],
      ['minimum_packages', 'whole'],
      ['free_units', 'quantity'],
    ],
  ],
  [
    'capacity',
    [
      ['free_units', 'quantity'],
      ['flat_on_zero', 'flag'],
    ],
  ],
  [
    'percentage',
    [
      ['percent', 'percent', true],
      ['fee_per_event', 'price'],
      ['free_events', 'whole'],
      ['free_amount', 'quantity'],
      ['event_minimum', 'price'],
      ['event_maximum', 'price'],
    ],
  ],
  [
    'graduated_percentage',
    [
      ['free_units', 'quantity'],
      ['flat_on_zero', 'flag'],
    ],
  ],
  [
    'dynamic',
    [
      ['multiplier', 'multiplier', true],
      ['free_units', 'quantity'],
    ],
  ],
];
const ofTiers: [kind: string, fields: [field: string, type: string, required?: true][]][] = [
  [
    'graduated',
    [
      ['unit_price', 'price'],
      ['flat_fee', 'price'],
      ['package_size', 'size'],
    ],
  ],
  [
    'volume',
    [
      ['unit_price', 'price'],
      ['flat_fee', 'price'],
      ['package_size', 'size'],
    ],
  ],
  ['capacity', [['amount', 'price', true]]],
  [
    'graduated_percentage',
    [
      ['percent', 'percent', true],
      ['flat_fee', 'price'],
    ],
  ],
];

describe('fields of a price', () => {
  const fields = own.flatMap(([kind, list]) =>
    [...list, ...everywhere].map(([field, type, required]) => ({ kind, field, type, required })),
  );

  test.each(fields)('$kind: $field is a $type', ({ kind, field, type, required }) => {
    const rules = types[type];
    for (const value of rules?.fits ?? []) {
      expect(rulesOf(documentOf(kind, { [field]: value }))).toEqual([]);
    }
    for (const [rule, value] of Object.entries(rules?.breaks ?? {})) {
      expect(rulesOf(documentOf(kind, { [field]: value }))).toEqual([`${field} ${rule}`]);
    }
    const without = rulesOf(documentOf(kind, { [field]: undefined }));
    expect(without).toEqual(required === true ? [`${field} required`] : []);
  });

  test.each(kinds)('%s has a version and a currency', (kind) => {
    const absent = { version: undefined, currency: undefined };
    expect(rulesOf(documentOf(kind, absent))).toEqual(['version required', 'currency required']);
  });

  test.each(kinds)('%s takes every choice of the common terms', (kind) => {
    for (const [field, choices] of Object.entries({
      rounding: ['half_away_from_zero', 'half_even'],
      timing: ['in_arrears'],
      prorates: ['amount', 'terms', 'nothing'],
      share_by: ['day', 'second'],
    })) {
      for (const choice of choices) {
        expect(rulesOf(documentOf(kind, { [field]: choice }))).toEqual([]);
      }
      expect(rulesOf(documentOf(kind, { [field]: '' }))).toEqual([`${field} choice`]);
    }
  });

  test.each([
    ['flat', []],
    ['per_unit', []],
    ['graduated', []],
    ['volume', []],
    ['package', []],
    ['capacity', ['timing in_arrears_only']],
    ['percentage', ['timing in_arrears_only']],
    ['graduated_percentage', ['timing in_arrears_only']],
    ['dynamic', ['timing in_arrears_only']],
  ])('%s in advance breaks %j', (kind, broken) => {
    expect(rulesOf(documentOf(kind, { timing: 'in_advance' }))).toEqual(broken);
  });
});

describe('fields of a tier', () => {
  const fields = ofTiers.flatMap(([kind, list]) =>
    list.map(([field, type, required]) => ({ kind, field, type, required })),
  );
  const tierOf = (kind: string) => TIERS[kind] ?? {};
  const withTier = (kind: string, change: object) => {
    const tier = tierOf(kind);
    return documentOf(kind, { tiers: [{ ...tier, up_to: '1', ...change }, tier] });
  };

  test.each(fields)('$kind: $field is a $type', ({ kind, field, type, required }) => {
    const rules = types[type];
    for (const value of rules?.fits ?? []) {
      expect(rulesOf(withTier(kind, { [field]: value }))).toEqual([]);
    }
    for (const [rule, value] of Object.entries(rules?.breaks ?? {})) {
      const broken = `tiers[0].${field} ${rule}`;
      expect(rulesOf(withTier(kind, { [field]: value }))).toEqual([broken]);
    }
    const without = rulesOf(withTier(kind, { [field]: undefined }));
    const missing = field === 'unit_price' ? ['tiers[0] unit_price_or_flat_fee'] : [];
    expect(without).toEqual(required === true ? [`tiers[0].${field} required`] : missing);
  });

  test.each(ofTiers.map(([kind]) => kind))('%s: bounds are quantities', (kind) => {
    const tier = tierOf(kind);
    for (const up_to of ['0.000000000001', nines(30)]) {
      const next = { ...tier, from: up_to, up_to: null };
      expect(rulesOf(withTier(kind, { from: '0', up_to }))).toEqual([]);
      const both = [{ ...tier, up_to }, next];
      expect(rulesOf(documentOf(kind, { tiers: both }))).toEqual([]);
    }
    expect(rulesOf(withTier(kind, { up_to: '0' }))).toEqual(['tiers[0].up_to positive']);
    expect(rulesOf(withTier(kind, { up_to: nines(31) }))).toEqual([
      'tiers[0].up_to integer_digits_max',
    ]);
    expect(rulesOf(withTier(kind, { from: nines(31) }))).toEqual([
      'tiers[0].from integer_digits_max',
    ]);
    expect(rulesOf(withTier(kind, { from: null }))).toEqual(['tiers[0].from text']);
  });

  test('there may be 1,000 of them', () => {
    const tiers = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        ...(index < count - 1 && { up_to: `${index + 1}` }),
        unit_price: '1',
      }));
    expect(rulesOf(documentOf('graduated', { tiers: tiers(1_000) }))).toEqual([]);
    const more = priceViolations(documentOf('graduated', { tiers: tiers(1_001) }));
    const message = 'must not be more than 1000.';
    expect(more).toEqual([{ field: 'tiers', rule: 'tiers_max_1000', message }]);
  });
});

const most = (digits: number) => {
  const units = `${2n ** 63n - 1n}`;
  return digits === 0 ? units : `${units.slice(0, -digits)}.${units.slice(-digits)}`;
};

test.each([4, 5, 6, 7, 8])('with %i digits an amount must fit its minor units', (digits) => {
  const scale = { currency: 'POINTS', minor_unit_digits: digits };
  const above = `${most(digits)}${'0'.repeat(11 - digits)}1`;
  for (const [kind, list] of own) {
    for (const [field, type] of [...list, ...everywhere]) {
      const rules = (value: string) => rulesOf(documentOf(kind, { ...scale, [field]: value }));
      if (type === 'price') {
        expect([field, rules(most(digits))]).toEqual([field, []]);
        expect([field, rules(above)]).toEqual([field, [`${field} int64`]]);
      } else if (type === 'quantity') expect([field, rules(nines(30))]).toEqual([field, []]);
    }
  }
});

test('while the currency is wrong nothing is said of what its minor units hold', () => {
  const amount = nines(15);
  expect(rulesOf(documentOf('flat', { amount, currency: 'POINTS' }))).toEqual([
    'currency iso_4217',
  ]);
  const scale = { currency: 'POINTS', minor_unit_digits: 9 };
  expect(rulesOf(documentOf('flat', { amount, ...scale }))).toEqual(['minor_unit_digits digits']);
});

test.each([
  ['v', []],
  ['A-z_0.9', []],
  ['v'.repeat(80), []],
  ['v'.repeat(81), ['version pattern']],
  ['', ['version pattern']],
  [' v', ['version pattern']],
  ['v ', ['version pattern']],
  [7, ['version pattern']],
])('the version %j breaks %j', (version, broken) => {
  expect(rulesOf(documentOf('flat', { version }))).toEqual(broken);
});

test.each([
  ['ABCD', []],
  ['A_23', []],
  ['ABCDEFGHIJKL', []],
  ['ABCDEFGHIJKLM', ['currency pattern', 'currency custom_code']],
  ['ABC', ['currency custom_code']],
  ['1ABC', ['currency pattern', 'currency custom_code']],
  ['xABCD', ['currency pattern', 'currency custom_code']],
  ['ABCDx', ['currency pattern', 'currency custom_code']],
  ['AB-CD', ['currency pattern', 'currency custom_code']],
  ['AB', ['currency pattern', 'currency custom_code']],
  [7, ['currency pattern']],
])('the custom currency %j breaks %j', (currency, broken) => {
  const fields = { currency, minor_unit_digits: 2 };
  expect(rulesOf(documentOf('flat', fields))).toEqual(broken);
});

test('a price that says nothing about it is charged in arrears, by days', () => {
  const price = parsePrice(documentOf('per_unit', {}));
  expect(price).toMatchObject({ timing: 'in_arrears', shareBy: 'day', prorates: 'terms' });
});

test('a last tier has no bound, whether it says null or nothing', () => {
  const tiers = (last: object) => [
    { up_to: '5', unit_price: '1' },
    { ...last, unit_price: '2' },
  ];
  const [said, unsaid] = [{ up_to: null }, {}].map(
    (last) => parsePrice(documentOf('graduated', { tiers: tiers(last) })).model,
  );
  expect(said).toEqual(unsaid);
});
