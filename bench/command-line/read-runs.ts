import { parseArgs } from 'node:util';
import { wholeNumber } from './read-value.ts';

/** How long and how often a bench runs; all loads are bounded by it. */
export interface Runs {
  /** Of each run. */
  readonly seconds: number;
  readonly rounds: number;
  /** Also writes the report into the documentation. */
  readonly publish: boolean;
}

/** The options of every bench that asks a gate. */
export const runOptions = {
  seconds: { type: 'string' },
  rounds: { type: 'string' },
  publish: { type: 'boolean', default: false },
} as const;

/** Reads what {@link runOptions} took from the command line. @throws Error beyond the bounds. */
export function readRuns(values: {
  readonly seconds?: string;
  readonly rounds?: string;
  readonly publish: boolean;
}): Runs {
  return {
    seconds: wholeNumber('seconds', values.seconds, { fallback: 3, max: 60 }),
    rounds: wholeNumber('rounds', values.rounds, { fallback: 3, max: 20 }),
    publish: values.publish,
  };
}

/** Reads a command line that has no other options. @throws Error that says what is wrong. */
export function readRunsOnly(args: readonly string[]): Runs {
  return readRuns(parseArgs({ args: [...args], options: runOptions }).values);
}
