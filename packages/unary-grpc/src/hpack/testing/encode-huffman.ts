import { huffmanCodes } from '../huffman-codes.ts';

/** The Huffman coding of a latin1 string, bit by bit: slow and plain. */
export function encodeHuffman(text: string): number[] {
  let bits = '';
  for (const byte of Buffer.from(text, 'latin1')) {
    const { code, bits: length } = huffmanCodes[byte] as { code: number; bits: number };
    bits += code.toString(2).padStart(length, '0');
  }
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  return (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
}
