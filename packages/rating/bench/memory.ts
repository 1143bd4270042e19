import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { toLineDocument } from '../src/index.ts';
import { heading, report } from './measure.ts';
import { linesOf, tiered } from './prices.ts';

const LINES = 20_000;

/** What a ten-tier line weighs: kept with its explanation, as stored text, and while it is rated. */
export function reportMemory(): void {
  heading('memory of a line with ten tiers reached');
  const rate = linesOf(tiered('graduated', 10), 12_000n);
  const collect = collector();
  for (let index = 0; index < LINES; index += 1) rate();

  report('kept with its explanation', `${keptBytes(collect, rate)} bytes`);
  const store = () => JSON.stringify(toLineDocument(rate()));
  report('kept as stored text', `${keptBytes(collect, store)} bytes`);
  report('allocated to rate it', `${allocatedBytes(collect, rate)} bytes`);
}

function keptBytes(collect: () => void, make: () => unknown): number {
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: LINES }, make);
  collect();
  return Math.round((process.memoryUsage().heapUsed - before) / kept.length);
}

/** Few enough lines that nothing is collected in between; the least of some tries. */
function allocatedBytes(collect: () => void, make: () => unknown): number {
  const lines = 20;
  const tries = Array.from({ length: 50 }, () => {
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < lines; index += 1) make();
    return (process.memoryUsage().heapUsed - before) / lines;
  });
  return Math.round(Math.min(...tries.filter((bytes) => bytes > 0)));
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
