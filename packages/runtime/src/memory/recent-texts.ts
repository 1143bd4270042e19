/** Values by text: a bounded number of those used last. */
export interface RecentTexts<V> {
  get(text: string): V | undefined;
  set(text: string, value: V): void;
  delete(text: string): void;
  /** Texts kept, at most the bound. */
  readonly size: number;
}

/**
 * Keeps at least the last `max` / 2 texts that were used and at most `max`. Two generations instead
 * of an order of use: looking up what was used lately changes nothing.
 */
export function createRecentTexts<V>(max: number): RecentTexts<V> {
  let young = new Map<string, V>();
  let old = new Map<string, V>();

  function set(text: string, value: V): void {
    if (young.size >= max / 2 && !young.has(text)) {
      old = young;
      young = new Map();
    }
    young.set(text, value);
    old.delete(text);
  }
  return {
    get(text) {
      const value = young.get(text);
      if (value !== undefined) return value;
      const before = old.get(text);
      if (before !== undefined) set(text, before);
      return before;
    },
    set,
    delete(text) {
      young.delete(text);
      old.delete(text);
    },
    get size() {
      return young.size + old.size;
    },
  };
}
