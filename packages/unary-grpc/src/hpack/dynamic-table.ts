/** What an entry costs beside its name and value (RFC 7541, section 4.1). */
export const entryBytes = 32;

/** The decoder's copy of the peer's dynamic table: a ring in which the newest entry is index 0. */
export interface DynamicTable {
  readonly names: string[];
  readonly values: string[];
  /** The ring has this many slots less one; slots are a power of two. */
  readonly slotMask: number;
  /** What the peer may raise the size to. */
  readonly bytesLimit: number;
  /** The size in force. */
  bytesMax: number;
  bytes: number;
  count: number;
  newestSlot: number;
  /** Grows with each change; the same version means the same entries. */
  version: number;
}

/** An empty table of `bytesMax`, which the peer may change up to `bytesLimit`. */
export function createDynamicTable(bytesMax: number, bytesLimit: number): DynamicTable {
  const countMax = Math.max(1, Math.floor(bytesLimit / entryBytes));
  const slots = 2 ** Math.ceil(Math.log2(countMax));
  return {
    names: Array<string>(slots).fill(''),
    values: Array<string>(slots).fill(''),
    slotMask: slots - 1,
    bytesLimit,
    bytesMax,
    bytes: 0,
    count: 0,
    newestSlot: 0,
    version: 0,
  };
}

/** The slot of `names` and `values` of the entry `index` (below `count`) steps before the newest. */
export function slotOf(table: DynamicTable, index: number): number {
  return (table.newestSlot - index) & table.slotMask;
}

/** Adds an entry and evicts the oldest ones; one larger than the table leaves it empty. */
export function insertEntry(table: DynamicTable, name: string, value: string): void {
  const bytes = name.length + value.length + entryBytes;
  table.version += 1;
  evictTo(table, table.bytesMax - bytes);
  if (bytes > table.bytesMax) return;
  table.newestSlot = (table.newestSlot + 1) & table.slotMask;
  table.names[table.newestSlot] = name;
  table.values[table.newestSlot] = value;
  table.bytes += bytes;
  table.count += 1;
}

/** Puts a size in force, which the caller has compared with `bytesLimit`. */
export function resizeTable(table: DynamicTable, bytesMax: number): void {
  if (bytesMax === table.bytesMax) return;
  table.version += 1;
  table.bytesMax = bytesMax;
  evictTo(table, bytesMax);
}

function evictTo(table: DynamicTable, bytesMax: number): void {
  while (table.count > 0 && table.bytes > bytesMax) {
    const slot = slotOf(table, table.count - 1);
    table.bytes -=
      (table.names[slot] as string).length + (table.values[slot] as string).length + entryBytes;
    // Evicted strings must not stay alive through the ring.
    table.names[slot] = '';
    table.values[slot] = '';
    table.count -= 1;
  }
}
