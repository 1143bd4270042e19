/** What the command line says. */
export interface Options {
  /** Of each run. */
  readonly seconds: number;
  readonly rounds: number;
  /** Gates that answer together. */
  readonly gates: number;
  /** Also writes the figures into the documentation. */
  readonly publish: boolean;
}

const names = ['--seconds', '--rounds', '--gates', '--publish'];

/** Reads the arguments, of which none is needed. */
export function readOptions(words: readonly string[]): Options {
  const unknown = words.find((word) => word.startsWith('--') && !names.includes(word));
  if (unknown) throw new Error(`${unknown} is not known; there are ${names.join(', ')}`);
  return {
    seconds: wholeNumber(words, '--seconds', { fallback: 3, max: 60 }),
    rounds: wholeNumber(words, '--rounds', { fallback: 3, max: 20 }),
    gates: wholeNumber(words, '--gates', { fallback: 1, max: 8 }),
    publish: words.includes('--publish'),
  };
}

function wholeNumber(
  words: readonly string[],
  name: string,
  { fallback, max }: { fallback: number; max: number },
): number {
  const at = words.indexOf(name);
  const value = at < 0 ? fallback : Number(words[at + 1]);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new Error(`${name} must be a whole number from 1 to ${max}`);
}
