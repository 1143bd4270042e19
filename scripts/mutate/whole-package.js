import { readdirSync } from 'node:fs';

/**
 * All tests of one package as one file for Jest: what they share is then loaded once per change.
 * Left out is what reads the source as text, or runs it in another process.
 */
const LEFT_OUT = ['no-clock.test.ts', 'no-floats.test.ts', 'readme.test.ts'];

const folder = new URL(
  `../../packages/${process.env.TOLLGATE_MUTATED_PACKAGE}/src/`,
  import.meta.url,
);
for (const name of readdirSync(folder, { recursive: true }).sort())
  if (name.endsWith('.test.ts') && !LEFT_OUT.includes(name))
    await import(new URL(name, folder).href);
