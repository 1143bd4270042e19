/**
 * A whole number that was given on the command line, within its bounds.
 *
 * @throws Error that names the option and its bounds.
 */
export function wholeNumber(
  option: string,
  text: string | undefined,
  { fallback, min = 1, max }: { fallback: number; min?: number; max: number },
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new Error(`--${option} must be a whole number from ${min} to ${max}`);
}

/**
 * One of a few words that was given on the command line; `undefined` when it was not given.
 *
 * @throws Error that names the option and the words.
 */
export function oneOf<const Word extends string>(
  option: string,
  text: string | undefined,
  words: readonly Word[],
): Word | undefined {
  const word = words.find((one) => one === text);
  if (text === undefined || word !== undefined) return word;
  throw new Error(`--${option} must be one of ${words.join(', ')}`);
}
