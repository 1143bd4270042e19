/** Told of each answer; `nowMs` is the same for all that came in one read. */
export type OnAnswer = (outcome: string, latencyMs: number, nowMs: number) => void;

/** Which streams of a connection are open, since when, and what is known of their answers. */
export interface OpenStreams {
  /** Opens the connection's next stream. */
  open(nowMs: number): void;
  /** Notes the outcome of a stream; the first one counts. */
  note(stream: number, outcome: string | undefined): void;
  /** Ends a stream that is open, with what was noted, or with `otherwise`. */
  end(stream: number, otherwise: string, nowMs: number): void;
  /** Ends all. */
  endAll(outcome: string, nowMs: number): void;
}

/** Streams are kept in a ring by their number; far more than are ever open. */
const ringSize = 65_536;

/** Keeps the streams of one connection. */
export function createOpenStreams(onAnswer: OnAnswer): OpenStreams {
  const askedMs = new Float64Array(ringSize);
  const isOpen = new Uint8Array(ringSize);
  const outcomes: (string | undefined)[] = Array.from({ length: ringSize });
  let opened = 0;

  function endSlot(slot: number, outcome: string, nowMs: number): void {
    if (!isOpen[slot]) return;
    isOpen[slot] = 0;
    outcomes[slot] = undefined;
    onAnswer(outcome, nowMs - (askedMs[slot] ?? nowMs), nowMs);
  }
  return {
    open(nowMs) {
      const slot = opened++ % ringSize;
      if (isOpen[slot]) throw new Error('more streams are open than this client can tell apart');
      isOpen[slot] = 1;
      askedMs[slot] = nowMs;
    },
    note(stream, outcome) {
      outcomes[slotOf(stream)] ??= outcome;
    },
    end(stream, otherwise, nowMs) {
      const slot = slotOf(stream);
      endSlot(slot, outcomes[slot] ?? otherwise, nowMs);
    },
    endAll(outcome, nowMs) {
      for (let slot = 0; slot < ringSize; slot += 1) endSlot(slot, outcome, nowMs);
    },
  };
}

/** A client's streams are 1, 3, 5 and so on. */
function slotOf(stream: number): number {
  return ((stream - 1) / 2) % ringSize;
}
