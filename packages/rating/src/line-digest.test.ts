import { hash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { money, rational } from '@tollgate/money';
import { type LineInput, parsePrice, rateLine, recompute, toLineDocument } from './index.ts';
import { eventsOf } from './testing/arbitrary-price.ts';

// Stored lines carry these digests: whoever changes them makes every stored line look altered.
const sha256 = (...rows: string[]) => hash('sha256', rows.join('\n'), 'hex');

const price = parsePrice({ version: 'v1', kind: 'dynamic', multiplier: '1', currency: 'USD' });
const priceDigest = sha256('{"currency":"USD","kind":"dynamic","multiplier":"1","version":"v1"}');
const digestOf = (input: Omit<LineInput, 'price'>) => rateLine({ price, ...input }).digest;

test('the digest of a price is over its JSON with sorted keys, those of tiers, too', () => {
  const tiers = [
    { unit_price: '1', up_to: '5' },
    { unit_price: '2', flat_fee: '3' },
  ];
  const given = { version: 'v1', tiers, kind: 'volume', flat_on_zero: true, currency: 'USD' };
  const sorted = '[{"unit_price":"1","up_to":"5"},{"flat_fee":"3","unit_price":"2"}]';
  expect(parsePrice(given).digest).toBe(
    sha256(
      `{"currency":"USD","flat_on_zero":true,"kind":"volume","tiers":${sorted},"version":"v1"}`,
    ),
  );
  expect(price.digest).toBe(priceDigest);
});

test('the digest of a line is over six parts, a dash for what was not given', () => {
  expect(digestOf({ usage: { quantity: rational(7n) } })).toBe(
    sha256(priceDigest, '7', '-', '-', 'final', '-'),
  );
  expect(digestOf({ usage: { quantity: rational(14n, 4n) }, interim: false })).toBe(
    sha256(priceDigest, '3.5', '-', '-', 'final', '-'),
  );
});

test('the digest of a line is over its events in order, share, billed, interim and evidence', () => {
  const billed = money(-1_250n, price.currency);
  const evidence = { eventCount: 2n, digest: 'sample' };
  const rest = { share: rational(1n, 3n), billed, interim: true, evidence };
  expect(digestOf({ usage: eventsOf([3, '0.5']), ...rest })).toBe(
    sha256(
      priceDigest,
      '2026-03-01T00:00:00Z 3 "event-0"',
      '2026-03-01T00:00:01Z 0.5 "event-1"',
      '1/3',
      '-12.50 USD',
      'interim',
      '2 sample',
    ),
  );
});

test('a line keeps its own copy of the events, in order: what is pushed later changes nothing', () => {
  const [early, late, more] = eventsOf([1, 2, 4]).events ?? [];
  const list = [late, early].flatMap((event) => event ?? []);
  const evidence = { eventCount: 2n, digest: 'sample' };
  const input = { price, usage: { events: list }, evidence };
  const line = rateLine(input);
  const before = JSON.stringify(toLineDocument(line));
  list.push(...[more].flatMap((event) => event ?? []));
  evidence.digest = 'other';
  input.usage = { events: [] };
  expect(JSON.stringify(toLineDocument(line))).toBe(before);
  expect(recompute(JSON.parse(before)).amount).toEqual(line.amount);
  expect(line.input.usage.events?.map(({ id }) => id)).toEqual(['event-0', 'event-1']);
  expect(Object.isFrozen(line.input.usage.events)).toBe(true);
});

test('the largest and the finest quantity is stored and read back', () => {
  const flat = parsePrice({ version: 'v1', kind: 'flat', amount: '1', currency: 'USD' });
  for (const quantity of [
    rational(10n ** 30n - 1n),
    rational(10n ** 30n * 3n ** 600n - 1n, 3n ** 600n),
  ]) {
    for (const share of [rational(1n), rational(1n, 1n << 1_024n), rational(1n, 7n ** 364n)]) {
      const line = rateLine({ price: flat, usage: { quantity }, share });
      const stored = JSON.parse(JSON.stringify(toLineDocument(line)));
      expect(recompute(stored).digest).toBe(line.digest);
    }
  }
});
