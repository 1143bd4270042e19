import { expect, test } from '@jest/globals';
import { compare, minus, plus, type Rational, rational, ZERO } from '@tollgate/money';
import { checkProperty } from '@tollgate/testkit/properties';
import * as fc from 'fast-check';
import { type AmountToSplit, splitInTurn } from './split-in-turn.ts';

const names = ['net', 'vat', 'city', 'levy', 'duty'];

/** Lines with some of `count` parts, and of each an amount between nothing and all of it. */
const amounts = (count: number, isUniform: boolean): fc.Arbitrary<AmountToSplit<string>[]> => {
  const own = names.slice(0, count);
  const line = fc.tuple(
    isUniform ? fc.constant(own) : fc.subarray(own, { minLength: 1 }),
    fc.array(fc.bigInt({ min: 1n, max: 40n }), { minLength: count, maxLength: count }),
    fc.bigInt({ min: 0n, max: 1_000n }),
  );
  return fc.array(line, { maxLength: 40, size: 'max' }).map((lines) => {
    const sizes = lines[0]?.[1] ?? [];
    return lines.map(([some, differing, thousandths]) => {
      const parts = some.map((name, at) => [name, (isUniform ? sizes : differing)[at] ?? 1n]);
      const sum = parts.reduce((left, [, size]) => left + BigInt(size ?? 0n), 0n);
      return {
        whole: (sum * thousandths) / 1_000n,
        parts: new Map(parts as [string, bigint][]),
      };
    });
  });
};

const sumOf = (units: Iterable<bigint>) => [...units].reduce((left, right) => left + right, 0n);

/** By part, what the split gives over all lines less the exact sum of its shares. */
function errorsOf(given: readonly AmountToSplit<string>[]): Rational[] {
  const splits = splitInTurn(given);
  return names.map((name) => {
    let error = ZERO;
    given.forEach(({ whole, parts }, index) => {
      const exact = rational(whole * (parts.get(name) ?? 0n), sumOf(parts.values()));
      error = plus(error, minus(rational(splits[index]?.get(name) ?? 0n), exact));
    });
    return error;
  });
}

const magnitude = (value: Rational) => (value.numerator < 0n ? minus(ZERO, value) : value);

test('every line keeps its amount, and every share is the exact one rounded down or up', () => {
  checkProperty(
    fc.property(amounts(5, false), (given) => {
      const splits = splitInTurn(given);
      given.forEach(({ whole, parts }, index) => {
        const split = splits[index] ?? new Map<string, bigint>();
        expect([...split.keys()]).toEqual([...parts.keys()]);
        expect(sumOf(split.values())).toBe(whole);
        for (const [name, size] of parts) {
          const [units = -1n, sum] = [split.get(name), sumOf(parts.values())];
          expect(units).toBeLessThanOrEqual(size);
          expect(units).toBeGreaterThanOrEqual(0n);
          const distance = magnitude(minus(rational(units), rational(whole * size, sum)));
          expect(compare(distance, rational(1n))).toBe(-1);
        }
      });
    }),
    { runs: 100 },
  );
});

test.each([2, 3, 4, 5])('of %i parts none is further off than half a unit for each other', (k) => {
  const most = rational(BigInt(k - 1), 2n);
  const given = fc.boolean().chain((isUniform) => amounts(k, isUniform));
  checkProperty(
    fc.property(given, (lines) => {
      for (const error of errorsOf(lines)) {
        const distance = compare(magnitude(error), most);
        // Half a unit of two parts is a tie; more parts never come so far.
        expect(distance === -1 || (k === 2 && distance === 0)).toBe(true);
      }
    }),
    { runs: 300 },
  );
});

test('units go where most is missing, the earlier part if equal', () => {
  const parts = new Map([
    ['net', 5n],
    ['vat', 1n],
  ]);
  const lines = Array.from({ length: 4 }, () => ({ whole: 3n, parts }));
  expect(splitInTurn(lines).map((split) => [...split.values()])).toEqual([
    [3n, 0n],
    [2n, 1n],
    [3n, 0n],
    [2n, 1n],
  ]);
  expect(splitInTurn([])).toEqual([]);
  const nothing = new Map([['net', 0n]]);
  expect(splitInTurn([{ whole: 0n, parts: nothing }])).toEqual([nothing]);
});

test('of parts to which as much is due the first gets the unit', () => {
  const parts = new Map(names.slice(0, 3).map((name) => [name, 1n]));
  const [split] = splitInTurn([{ whole: 2n, parts }]);
  expect([...(split ?? [])]).toEqual([
    ['net', 1n],
    ['vat', 1n],
    ['city', 0n],
  ]);
});
