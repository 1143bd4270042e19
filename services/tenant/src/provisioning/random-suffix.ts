import { randomInt } from 'node:crypto';

/** Letters of a suffix: no vowels and none that looks like a digit, so that it spells nothing. */
const alphabet = 'bcdfghjkmnpqrstvwxz23456789';
const suffixLength = 6;

/** Six characters that tell a made slug from one that is taken. */
export function randomSuffix(): string {
  return Array.from({ length: suffixLength }, () => alphabet[randomInt(alphabet.length)]).join('');
}
