import type { HeaderList } from './decode-block.ts';

/** Blocks and what they say, for one version of the dynamic table. */
export interface InternedBlocks {
  /** The list of a block with these bytes, while the table has this version. */
  find(block: Buffer, version: number): HeaderList | undefined;
  /** Keeps and freezes a list; a block of more than 512 bytes is not kept. */
  add(block: Buffer, version: number, list: HeaderList): void;
}

const blocksMax = 8;
const blockBytesMax = 512;
/** Up to here comparing byte by byte is cheaper than a call out of JavaScript. */
const loopBytesMax = 64;

/** Keeps the last 8 blocks, in 4 KiB for their bytes, made when the first one is kept. */
export function createInternedBlocks(): InternedBlocks {
  let bytes: Buffer | undefined;
  let version = -1;
  let next = 0;
  let lastFound = 0;
  let lengths: number[] = [];
  let lists: HeaderList[] = [];

  return {
    find(block, tableVersion) {
      if (tableVersion !== version || !bytes) return undefined;
      const first = lastFound;
      for (let step = 0; step < lists.length; step += 1) {
        const at = (first + step) % lists.length;
        if (lengths[at] !== block.length || !isEqual(block, bytes, at * blockBytesMax)) continue;
        lastFound = at;
        return lists[at];
      }
      return undefined;
    },
    add(block, tableVersion, list) {
      if (block.length > blockBytesMax) return;
      bytes ??= Buffer.allocUnsafeSlow(blocksMax * blockBytesMax);
      if (tableVersion !== version) {
        version = tableVersion;
        lengths = [];
        lists = [];
        next = 0;
        lastFound = 0;
      }
      Object.freeze(list.fields);
      bytes.set(block, next * blockBytesMax);
      lengths[next] = block.length;
      lists[next] = Object.freeze(list);
      next = (next + 1) % blocksMax;
    },
  };
}

function isEqual(block: Buffer, bytes: Buffer, start: number): boolean {
  const { length } = block;
  if (length > loopBytesMax) return block.compare(bytes, start, start + length) === 0;
  for (let at = 0; at < length; at += 1) {
    if (block[at] !== bytes[start + at]) return false;
  }
  return true;
}
