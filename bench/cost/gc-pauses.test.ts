import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { createGcPauses, gcOption, pauseMsIn } from './gc-pauses.ts';

test('a pause is what the process stood still, without the steps before it', () => {
  const scavenge =
    '[15779:0x462a5000]      152 ms: Scavenge 49.3 (60.2) -> 43.4 (57.8) MB, pooled: 0.0 MB, ' +
    '15.21 / 0.00 ms (average mu = 1.000, current mu = 1.000) allocation failure; ';
  const marking =
    '[15779:0x462a5000]      212 ms: Incremental Mark-Compact 76.4 (92.2) -> 23.0 (38.5) MB, ' +
    'pooled: 29.0 MB, 13.83 / 0.00 ms (+ 11.3 ms in 10 steps since start of marking, biggest ' +
    'step 4.9 ms, walltime since start of marking 42 ms) (average mu = 0.921)';
  expect(pauseMsIn(scavenge)).toBe(15.21);
  expect(pauseMsIn(marking)).toBe(13.83);
  expect(pauseMsIn('{"level":"info","msg":"ready"}')).toBeUndefined();
});

test('the Node that runs the gate prints lines that are understood', () => {
  const litter = 'let kept = []; for (let n = 0; n < 2e6; n++) kept[n % 1e5] = { n };';
  const { stdout } = spawnSync(process.execPath, [gcOption, '-e', litter], { encoding: 'utf8' });
  const pauses = createGcPauses();
  const lines = stdout.split('\n').filter((line) => line !== '');
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => !pauses.read(line))).toEqual([]);
  const taken = pauses.take();
  expect(taken).toHaveLength(lines.length);
  expect(taken.every((ms) => ms >= 0)).toBe(true);
  expect(pauses.take()).toEqual([]);
});
