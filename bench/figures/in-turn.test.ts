import { expect, test } from '@jest/globals';
import { inTurn } from './in-turn.ts';

test('everybody has one turn a round, and begins one of so many rounds', () => {
  const rounds = [0, 1, 2, 3].map((round) => inTurn(3, round));
  expect(rounds).toEqual([
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
    [0, 1, 2],
  ]);
});
