/** Pauses of a Node process for its garbage, as `--trace-gc` prints them. */
export interface GcPauses {
  /** Takes a line of its output, and answers whether it told of a pause. */
  read(line: string): boolean;
  /** The pauses since the last call, in milliseconds. */
  take(): number[];
}

/** The option of Node's that makes it print them; two lines a second of a busy gate. */
export const gcOption = '--trace-gc';

/** A pause this long is seen by who waits for a decision. */
export const longPauseMs = 10;

/** Collects the pauses of one process. */
export function createGcPauses(): GcPauses {
  let pausesMs: number[] = [];
  return {
    read(line) {
      const ms = pauseMsIn(line);
      if (ms === undefined) return false;
      pausesMs.push(ms);
      return true;
    },
    take() {
      const taken = pausesMs;
      pausesMs = [];
      return taken;
    },
  };
}

/**
 * How long a line of V8's says that the process stood still, in milliseconds: of
 * `[pid:isolate] time: Scavenge … MB, pooled: 0.0 MB, 1.85 / 0.00 ms …` the 1.85. Steps of an
 * incremental marking, which stand behind it, are no part of that pause.
 */
export function pauseMsIn(line: string): number | undefined {
  const ms = /^\[\d+:0x[0-9a-f]+\] +\d+ ms: .*? MB, (\d+\.\d+) \/ \d+\.\d+ ms/.exec(line)?.[1];
  return ms === undefined ? undefined : Number(ms);
}
