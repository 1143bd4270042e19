import { CompressionError } from './compression-error.ts';
import { endOfString, huffmanCodes } from './huffman-codes.ts';

/*
 * The code's tree has 256 inner nodes, so a state (an inner node, 0 is the root) has 8 bits. Four
 * bits of input end at most one symbol, since the shortest has five. A step is therefore a number:
 * next state, symbol << 8, and the two flags.
 */
const emits = 1 << 16;
const fails = 1 << 17;
const scratchBytes = 16_384;

const { steps, mayEnd } = buildMachine();
const scratch = Buffer.allocUnsafeSlow(scratchBytes);

/**
 * The string coded in `block` from `start` to `end` (RFC 7541, section 5.2), one character for each
 * byte (latin1). Throws `CompressionError` for an end-of-string symbol, and for padding that is
 * longer than seven bits or not of ones.
 */
export function decodeHuffman(block: Uint8Array, start: number, end: number): string {
  // Five bits are the shortest code. A longer buffer is not kept: memory stays as it is.
  const bytesMax = Math.ceil(((end - start) * 8) / 5);
  const output = bytesMax <= scratchBytes ? scratch : Buffer.allocUnsafe(bytesMax);
  return output.toString('latin1', 0, expand(block, { start, end, output }));
}

/** Throws as `decodeHuffman` does, for a string that nobody will read. */
export function checkHuffman(block: Uint8Array, start: number, end: number): void {
  // A typed array forgets what is written beyond its end.
  expand(block, { start, end, output: scratch });
}

function expand(
  block: Uint8Array,
  { start, end, output }: { start: number; end: number; output: Uint8Array },
): number {
  let state = 0;
  let length = 0;
  for (let at = start; at < end; at += 1) {
    const byte = block[at] as number;
    const high = steps[(state << 4) | (byte >> 4)] as number;
    if ((high & emits) !== 0) output[length++] = high >> 8;
    const low = steps[((high & 0xff) << 4) | (byte & 0xf)] as number;
    if ((low & emits) !== 0) output[length++] = low >> 8;
    if (((high | low) & fails) !== 0) {
      throw new CompressionError('a Huffman string with its end inside');
    }
    state = low & 0xff;
  }
  if (mayEnd[state] === 0) throw new CompressionError('a Huffman string with wrong padding');
  return length;
}

/** An inner node's children by bit: a state, or `-1 - symbol`. */
type Node = [number, number];

function buildMachine(): { steps: Uint32Array; mayEnd: Uint8Array } {
  const nodes = buildTree();
  const steps = new Uint32Array(nodes.length * 16);
  for (let state = 0; state < nodes.length; state += 1) {
    for (let nibble = 0; nibble < 16; nibble += 1) {
      steps[state * 16 + nibble] = stepFrom(nodes, state, nibble);
    }
  }
  const mayEnd = new Uint8Array(nodes.length);
  // Padding: up to seven ones, the beginning of the end-of-string symbol.
  for (let state = 0, bits = 0; bits <= 7; bits += 1) {
    mayEnd[state] = 1;
    state = (nodes[state] as Node)[1];
  }
  return { steps, mayEnd };
}

function stepFrom(nodes: readonly Node[], from: number, nibble: number): number {
  let state = from;
  let result = 0;
  for (let bit = 3; bit >= 0; bit -= 1) {
    const child = (nodes[state] as Node)[(nibble >> bit) & 1] as number;
    const symbol = -1 - child;
    if (symbol === endOfString) return fails;
    if (symbol >= 0) result = emits | (symbol << 8);
    state = Math.max(child, 0);
  }
  return result | state;
}

function buildTree(): Node[] {
  const nodes: Node[] = [[0, 0]];
  huffmanCodes.forEach(({ code, bits }, symbol) => {
    let state = 0;
    for (let bit = bits - 1; bit > 0; bit -= 1) {
      const node = nodes[state] as Node;
      const side = (code >>> bit) & 1;
      if (node[side] === 0) node[side] = nodes.push([0, 0]) - 1;
      state = node[side] as number;
    }
    (nodes[state] as Node)[code & 1] = -1 - symbol;
  });
  return nodes;
}
