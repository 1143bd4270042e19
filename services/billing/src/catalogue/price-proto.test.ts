import { create, fromJson, type JsonObject, toJson } from '@bufbuild/protobuf';
import { expect, test } from '@jest/globals';
import { PlanPriceSchema, PriceTierSchema } from '@tollgate/api/tollgate/billing/v1/prices';
import {
  priceKinds,
  priceProrations,
  priceRoundings,
  priceShares,
  priceTimings,
} from '@tollgate/api/words';
import { parsePrice, priceViolations } from '@tollgate/rating';
import { fromProtoPrice, toProtoPrice } from './price-proto.ts';

const tier = { from: '0', up_to: '10', flat_fee: '1' };
const common = {
  rounding: 'half_even',
  timing: 'in_arrears',
  prorates: 'nothing',
  share_by: 'second',
  discount_percent: '5',
  minimum: '1',
  maximum: '20',
};

/** A price of each kind with every field that it can have. */
const full: Readonly<Record<(typeof priceKinds)[number], JsonObject>> = {
  flat: { amount: '29' },
  per_unit: { unit_price: '0.001', free_units: '10000' },
  graduated: {
    tiers: [{ ...tier, unit_price: '1', package_size: '5' }, { unit_price: '2' }],
    free_units: '1',
    flat_on_zero: false,
  },
  volume: {
    tiers: [{ ...tier, unit_price: '1', package_size: '5' }, { unit_price: '0' }],
    free_units: '1',
    flat_on_zero: true,
  },
  package: { package_size: '5', package_price: '1', minimum_packages: '2', free_units: '1' },
  capacity: {
    tiers: [{ from: '0', up_to: '10', amount: '1' }, { amount: '2' }],
    free_units: '1',
    flat_on_zero: false,
  },
  percentage: {
    percent: '2.9',
    fee_per_event: '0.30',
    free_events: '5',
    free_amount: '100',
    event_minimum: '0.5',
    event_maximum: '10',
  },
  graduated_percentage: {
    tiers: [{ ...tier, percent: '2' }, { percent: '1' }],
    free_units: '1',
    flat_on_zero: false,
  },
  dynamic: { multiplier: '1.2', free_units: '1' },
};

test.each(priceKinds)('a %s price is in JSON what its document is, both ways', (kind) => {
  const terms = { kind, ...full[kind], ...common };
  const json = { price_id: 'sample', meter: 'requests', ...terms };
  const draft = fromProtoPrice(fromJson(PlanPriceSchema, json));
  expect(draft).toEqual({ priceId: 'sample', meter: 'requests', document: terms });

  const price = parsePrice({ ...draft.document, version: 'sample-1', currency: 'USD' });
  const shown = toProtoPrice({ priceId: 'sample', meter: 'requests', price });
  expect(toJson(PlanPriceSchema, shown, { useProtoFieldName: true })).toEqual(json);
});

test('a fee has no meter, and a bound that is null is none', () => {
  const price = parsePrice({ kind: 'flat', amount: '1', version: 'sample-1', currency: 'USD' });
  expect(toProtoPrice({ priceId: 'fee', price })).toMatchObject({ priceId: 'fee', meter: '' });
  const open = { ...full.volume, kind: 'volume', tiers: [{ unit_price: '1', up_to: null }] };
  const volume = parsePrice({ ...open, version: 'sample-1', currency: 'USD' });
  expect(toProtoPrice({ priceId: 'a', meter: 'requests', price: volume })).toMatchObject({
    tiers: [{ unitPrice: '1', upTo: '' }],
  });
});

test('every field of the messages belongs to some kind of price', () => {
  const used = Object.values(full).flatMap((terms) => Object.keys({ ...terms, ...common }));
  const own = ['price_id', 'meter', 'kind'];
  const fields = PlanPriceSchema.fields.map(({ name }) => name);
  expect(new Set([...own, ...used])).toEqual(new Set(fields));
  const ofTiers = Object.values(full).flatMap(({ tiers }) =>
    Array.isArray(tiers) ? tiers.flatMap((it) => Object.keys(it ?? {})) : [],
  );
  expect(new Set(ofTiers)).toEqual(new Set(PriceTierSchema.fields.map(({ name }) => name)));
});

test('the words of the contract are those that rating knows', () => {
  const flat = { kind: 'flat', amount: '1', version: 'v', currency: 'USD' };
  const refused = (changed: object) =>
    priceViolations({ ...flat, ...changed }).map((it) => it.message);
  const list = (words: readonly string[]) => [`must be one of ${words.join(', ')}.`];
  expect(refused({ rounding: '?' })).toEqual(list(priceRoundings));
  expect(refused({ timing: '?' })).toEqual(list(priceTimings));
  expect(refused({ prorates: '?' })).toEqual(list(priceProrations));
  expect(refused({ share_by: '?' })).toEqual(list(priceShares));
  expect(priceViolations({ version: 'v', currency: 'USD' }).map((it) => it.message)).toEqual(
    list(priceKinds),
  );
  expect(fromProtoPrice(create(PlanPriceSchema))).toEqual({ priceId: '', meter: '', document: {} });
});
