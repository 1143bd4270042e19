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

/** Bytes below this are spread evenly over the alphabet; one above is thrown away. */
const evenBelow = 256 - (256 % alphabet.length);

/** Random characters of base 62, each as likely as any other. */
export function randomBase62(length: number, randomBytes: (length: number) => Uint8Array): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length)) {
      if (byte < evenBelow) text += alphabet.charAt(byte % alphabet.length);
    }
  }
  return text;
}
