import { expect, test } from '@jest/globals';
import { createGenerations } from './generations.ts';

/** Byte strings of some kilobytes: a generation of them fills several blocks. */
function bytesOf(number: number): Uint8Array {
  return new Uint8Array(5_000 + (number % 7)).fill(number % 251);
}

test('byte strings are found in every block, and in room that is used again', () => {
  const generations = createGenerations<number>(8 * 50);
  const look = (number: number) => {
    const bytes = bytesOf(number);
    // All of one hash: only their bytes tell them apart.
    const known = generations.find(bytes, 0, bytes.length, 7);
    if (known === undefined) generations.keep(number, bytes, 0, bytes.length, 7);
    return known;
  };
  for (let round = 0; round < 3; round += 1) {
    for (let number = 0; number < 250; number += 1) {
      expect(look(number)).toBe(round === 0 ? undefined : number);
    }
  }
  for (let number = 250; number < 251 * 7; number += 1) look(number);
  const kept = [251 * 7 - 1, 251 * 7 - 100];
  expect(kept.map(look)).toEqual(kept);
});
