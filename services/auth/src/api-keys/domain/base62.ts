const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A whole number >= 0 in base 62, padded on the left with `0` to a fixed length. */
export function toBase62(value: number, length: number): string {
  let rest = value;
  let text = '';
  while (rest > 0) {
    text = alphabet.charAt(rest % alphabet.length) + text;
    rest = Math.floor(rest / alphabet.length);
  }
  return text.padStart(length, '0');
}

/** Random characters of base 62; `randomInt(max)` answers a whole number in [0, max). */
export function randomBase62(length: number, randomInt: (max: number) => number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}
