/** The symbol that ends a string in theory; in a block of headers it is an error. */
export const endOfString = 256;

/** A code: the lowest `bits` (5 to 30) of `code`, most significant first. */
export interface HuffmanCode {
  readonly code: number;
  readonly bits: number;
}

/** Bits of each symbol's code, RFC 7541, Appendix B: the 256 bytes, then the end of string. */
// biome-ignore format: a table of numbers
const bitsOfSymbols = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30,
  28, 28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5,
  5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6,
  6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23,
  22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23,
  24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22,
  23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27,
  26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21,
  22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27,
  27, 27, 27, 27, 26, 30,
];

/** The codes of the 256 bytes and of the end of string, by symbol. */
export const huffmanCodes: readonly HuffmanCode[] = codesOf(bitsOfSymbols);

/** The RFC's code is canonical: shorter codes first, then by symbol, each one more than the last. */
function codesOf(bitsOf: readonly number[]): HuffmanCode[] {
  const codes: HuffmanCode[] = [];
  let next = 0;
  for (let bits = 1; bits <= 30; bits += 1) {
    next *= 2;
    bitsOf.forEach((ownBits, symbol) => {
      if (ownBits !== bits) return;
      codes[symbol] = { code: next, bits };
      next += 1;
    });
  }
  return codes;
}
