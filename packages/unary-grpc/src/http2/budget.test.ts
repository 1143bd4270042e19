import { expect, test } from '@jest/globals';
import { createBudget } from './budget.ts';

function budgetAt(clock: { ms: number }) {
  return createBudget({ tokensMax: 3, tokensPerSecond: 2, nowMs: () => clock.ms });
}

/** How many can be spent in a row. */
function spendAll(budget: { spend(): boolean }): number {
  let count = 0;
  while (budget.spend()) count += 1;
  return count;
}

test('as much as it holds can be spent at once, and no more', () => {
  expect(spendAll(budgetAt({ ms: 0 }))).toBe(3);
});

test('time fills it, and never beyond what it holds', () => {
  const clock = { ms: 0 };
  const budget = budgetAt(clock);
  expect(spendAll(budget)).toBe(3);
  clock.ms = 499;
  expect(spendAll(budget)).toBe(0);
  clock.ms = 1_000;
  expect(spendAll(budget)).toBe(2);
  clock.ms = 1_000_000;
  expect(spendAll(budget)).toBe(3);
});

test('work fills it, and never beyond what it holds', () => {
  const budget = budgetAt({ ms: 0 });
  spendAll(budget);
  budget.earn(1);
  expect(spendAll(budget)).toBe(1);
  budget.earn(100);
  expect(spendAll(budget)).toBe(3);
});

test('time that passes while it is full, or nearly, is not kept for later', () => {
  const clock = { ms: 0 };
  const budget = budgetAt(clock);
  budget.spend();
  clock.ms = 60_000;
  expect(spendAll(budget)).toBe(3);
});

test('what costs several is paid at once, or not at all', () => {
  const clock = { ms: 0 };
  const budget = budgetAt(clock);
  expect(budget.spend(2)).toBe(true);
  expect(budget.spend(2)).toBe(false);
  expect(spendAll(budget)).toBe(1);
});
