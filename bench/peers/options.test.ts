import { expect, test } from '@jest/globals';
import { plainCase } from './load-case.ts';
import { readOptions } from './options.ts';

test('without arguments it is the whole run, as deployed', () => {
  expect(readOptions([])).toEqual({
    seconds: 3,
    rounds: 3,
    gates: 1,
    socket: 'tcp',
    aof: 'everysec',
    publish: false,
  });
});

test('each option is taken over', () => {
  const args =
    '--seconds 1 --rounds 2 --gates 2 --socket unix --aof off --against HEAD~1 --publish';
  expect(readOptions(args.split(' '))).toEqual({
    seconds: 1,
    rounds: 2,
    gates: 2,
    socket: 'unix',
    aof: 'off',
    against: 'HEAD~1',
    publish: true,
  });
});

test('a word about the load makes it the only one, otherwise like the plain one', () => {
  expect(readOptions(['--distribution', 'zipf']).only).toEqual({
    ...plainCase,
    distribution: 'zipf',
  });
  expect(readOptions(['--recorder']).only).toEqual({ ...plainCase, recorder: true });
  const all = '--distribution hot --keys 100000 --limits 3 --rate 4400 --recorder';
  expect(readOptions(all.split(' ')).only).toEqual({
    distribution: 'hot',
    keys: 100_000,
    limits: '3',
    rate: 4_400,
    recorder: true,
  });
  expect(readOptions(['--rate', 'half']).only?.rate).toBe('half');
});

test.each([
  [['--keys', '1500'], '--keys must be a multiple of 1000'],
  [['--keys', '999'], '--keys must be a whole number from 1000 to 1000000'],
  [['--limits', '4'], '--limits must be one of 1, 2, 3'],
  [['--rate', 'quick'], '--rate must be saturated, half, or questions a second'],
  [['--rate', '0'], '--rate must be a whole number from 1 to 1000000'],
  [['--distribution', 'normal'], '--distribution must be one of uniform, zipf, hot'],
  [['--aof', 'always'], '--aof must be one of everysec, off'],
  [['--seconds', '61'], '--seconds must be a whole number from 1 to 60'],
  [['--rate', 'half', '--publish'], '--publish publishes the whole run'],
  [['--round', '3'], "Unknown option '--round'"],
  [['3'], 'Unexpected argument'],
])('%j is refused: %s', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});
