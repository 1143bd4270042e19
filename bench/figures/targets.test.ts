import { expect, test } from '@jest/globals';
import { atLeast, atMost, judge, targetLines } from './targets.ts';

const bounds = { wanted: 5, stretch: 7 };
const cheap = { wanted: 0.25, stretch: 0.2 };

test('a target is met from its bound on, and its stretch from there on', () => {
  const fast = [4.99, 5, 6.99, 7].map((value) => judge(atLeast('decisions/s', value, bounds)));
  expect(fast).toEqual(['missed', 'met', 'met', 'met, and its stretch']);
  const costs = [0.251, 0.25, 0.201, 0.2].map((value) => judge(atMost('CPU', value, cheap)));
  expect(costs).toEqual(['missed', 'met', 'met', 'met, and its stretch']);
  expect(judge(atLeast('without a stretch', 100, { wanted: 5 }))).toBe('met');
});

test('what was not measured is neither met nor missed; what is no number is missed', () => {
  expect(judge(atLeast('decisions/s', undefined, bounds))).toBe('not measured');
  expect(judge(atLeast('decisions/s', Number.NaN, bounds))).toBe('missed');
  expect(judge(atMost('CPU', Number.NaN, cheap))).toBe('missed');
});

test('the table says what was wanted and what came of it', () => {
  const lines = targetLines([
    atLeast('decisions/s', 5, bounds),
    atMost('CPU', 0.3, { wanted: 1 / 11 }),
    atMost('p99', undefined, { wanted: 3, show: (ms) => `${ms} ms` }),
  ]);
  const cells = lines.map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
  expect(cells.slice(2)).toEqual([
    ['decisions/s', '≥ 5.00×', '≥ 7.00×', '5.00×', 'met'],
    ['CPU', '≤ 0.091×', '', '0.300×', '**missed**'],
    ['p99', '≤ 3 ms', '', '', 'not measured'],
  ]);
});
