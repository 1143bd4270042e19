import { readdirSync } from 'node:fs';

/**
 * All tests of one package as one file for Jest: what they share is then loaded once per change.
 * Left out is what reads the source as text, runs it in another process, or goes through every
 * zone of the world, which takes longer than all others together.
 */
const LEFT_OUT = [
  'cycle.properties.test.ts',
  'machine.properties.test.ts',
  'no-clock.test.ts',
  'no-floats.test.ts',
  'readme.test.ts',
];

const folder = new URL(
  `../../packages/${process.env.TOLLGATE_MUTATED_PACKAGE}/src/`,
  import.meta.url,
);
const tests = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
const isSlow = (/** @type {string} */ name) =>
  name.includes('.properties.') || name === 'model.test.ts';

// The slow ones last: most changes are noticed before them, and then they are skipped.
const ordered = [...tests.filter((name) => !isSlow(name)), ...tests.filter(isSlow)];
for (const name of ordered) if (!LEFT_OUT.includes(name)) await import(new URL(name, folder).href);
