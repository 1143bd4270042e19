import { tagOf } from './encode-batch.ts';
import type { Operation } from './operation.ts';

/** Slots of a Redis Cluster. */
const slotCount = 16_384;

/**
 * Splits operations into batches that a Redis Cluster can decide, each within one slot; order is
 * kept within a slot, which is all that operations of one tenant can see.
 */
export function groupBySlot(operations: readonly Operation[]): Map<number, Operation[]> {
  return Map.groupBy(operations, (operation) => slotOfTag(tagOf(operation)));
}

/** The slot of all keys with this hash tag: CRC16 (XMODEM), as the cluster's specification says. */
export function slotOfTag(tag: string): number {
  let crc = 0;
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
    }
  }
  return crc % slotCount;
}
