import { expect, test } from '@jest/globals';
import { readRunsOnly } from './read-runs.ts';

test('three rounds of three seconds, unless it is said otherwise', () => {
  expect(readRunsOnly([])).toEqual({ seconds: 3, rounds: 3, publish: false });
  const args = ['--seconds', '60', '--rounds=1', '--publish'];
  expect(readRunsOnly(args)).toEqual({ seconds: 60, rounds: 1, publish: true });
});

test.each([
  [['--seconds', '61'], '--seconds must be a whole number from 1 to 60'],
  [['--rounds', '0'], '--rounds must be a whole number from 1 to 20'],
  [['--gates', '2'], "Unknown option '--gates'"],
  [['3'], 'Unexpected argument'],
])('%j is refused: %s', (args, message) => {
  expect(() => readRunsOnly(args)).toThrow(message);
});
