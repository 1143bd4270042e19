import { decodeBlock, type HeaderList, type ListLimits } from './decode-block.ts';
import { createDynamicTable } from './dynamic-table.ts';
import { createInternedBlocks } from './interned-blocks.ts';

/** Bounds of one connection's headers. */
export interface HeaderDecoderLimits extends ListLimits {
  /**
   * The table size that was announced (SETTINGS_HEADER_TABLE_SIZE). Less than the protocol's 4,096
   * is safe only if the peer knows it before its first block.
   */
  readonly tableBytesMax: number;
}

/** The receiving half of a connection's header compression. */
export interface HeaderDecoder {
  /**
   * The fields of a whole block. Every block of the connection must come here, in order. While the
   * dynamic table stays as it is, blocks of the same bytes give the same object: whoever derives
   * something from a list can keep it by the list's identity. Throws `CompressionError`, after
   * which the connection must end. The block's bytes are not kept.
   */
  decode(block: Buffer): HeaderList;
}

/** The table of HTTP/2 begins with this size, however large it may become. */
const initialTableBytes = 4_096;

/**
 * A decoder for one connection. It holds the table (at most `tableBytesMax`, 4 KiB usually), and
 * the last eight blocks of up to 512 bytes with their lists.
 */
export function createHeaderDecoder(limits: HeaderDecoderLimits): HeaderDecoder {
  const { tableBytesMax } = limits;
  const table = createDynamicTable(Math.min(initialTableBytes, tableBytesMax), tableBytesMax);
  const interned = createInternedBlocks();
  return {
    decode(block) {
      const { version } = table;
      const known = interned.find(block, version);
      if (known) return known;
      const list = decodeBlock(block, table, limits);
      // A block that changes the table says something else the next time.
      if (table.version === version) interned.add(block, version, list);
      return list;
    },
  };
}
