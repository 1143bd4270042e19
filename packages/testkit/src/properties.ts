import { expect } from '@jest/globals';
import * as fc from 'fast-check';

/** The seed of this file's properties, unless the environment names one. */
const seed = wholeNumber('TOLLGATE_PROPERTY_SEED') ?? newSeed();

/** Runs of every property, whatever it asks for. */
const runsOfAll = wholeNumber('TOLLGATE_PROPERTY_RUNS');

let isAnnounced = false;

/**
 * Checks a property of fast-check and throws its shortest counterexample. All properties of a test
 * file share one seed, which is printed at every run, so that any run can be had again:
 * `TOLLGATE_PROPERTY_SEED` sets it, `TOLLGATE_PROPERTY_RUNS` the number of runs of each property,
 * which is otherwise `runs` (default 100). A property of every `entry` of a long list (`everyOf`)
 * gives the entry's position: it is tried once, with other values than those of the other entries.
 */
export function checkProperty<Values>(
  property: fc.IRawProperty<Values, false>,
  { runs = 100, entry }: { readonly runs?: number; readonly entry?: number } = {},
): void {
  announce();
  if (entry === undefined) fc.assert(property, { seed, numRuns: runsOfAll ?? runs });
  // The multiplier scatters the seeds of neighbours, whose first values would be much alike.
  else fc.assert(property, { seed: Math.imul(seed + entry, 0x9e3779b1), numRuns: 1 });
}

/** The same for a property that takes its time. */
export async function checkAsyncProperty<Values>(
  property: fc.IAsyncProperty<Values>,
  { runs = 100 }: { readonly runs?: number } = {},
): Promise<void> {
  announce();
  await fc.assert(property, { seed, numRuns: runsOfAll ?? runs });
}

/**
 * A list that a property goes through as a whole at every run; of more than there is time for, when
 * `TOLLGATE_PROPERTY_RUNS` asks for fewer than 100 runs, as many percent of it, evenly spread.
 */
export function everyOf<Entry>(list: readonly Entry[]): readonly Entry[] {
  if (runsOfAll === undefined || runsOfAll >= 100) return list;
  const step = Math.ceil(100 / Math.max(1, runsOfAll));
  return list.filter((_, index) => index % step === 0);
}

/** The seed, announced like that of a property, for what chooses its inputs by other means. */
export function propertySeed(): number {
  announce();
  return seed;
}

/** Once per file, before anything is checked: a run that hangs has named its seed, too. */
function announce(): void {
  if (isAnnounced) return;
  isAnnounced = true;
  const path = expect.getState().testPath ?? '';
  const name = path.split('/').slice(-4).join('/');
  const runs = runsOfAll === undefined ? '' : `, ${runsOfAll} runs each`;
  // Straight to the terminal: Jest's console would add a place and a stack to the line.
  process.stderr.write(`properties of ${name}: seed ${seed}${runs}\n`);
}

function newSeed(): number {
  return crypto.getRandomValues(new Int32Array(1))[0] ?? 0;
}

function wholeNumber(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new Error(`${name} must be a whole number`);
}
