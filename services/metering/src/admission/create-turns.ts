/** When what was asked is sent. */
export interface Turns {
  /** Something waits to be sent. */
  wanted(): void;
  /** A question has left for Redis. */
  begun(): void;
  /** One has come to its end; `isMoreWanted`: something waits. */
  ended(isMoreWanted: boolean): void;
}

/** Collecting ends after this long, answers or not: a Redis that stalls must not be asked late. */
const collectMsMax = 2;

/**
 * Once for each turn of the event loop, while fewer than `inFlightMax` questions are under way; else
 * what is asked collects until one of them is answered: the busier Redis is, the more calls share a
 * question. Whoever asks alone is sent in the turn in which he asks.
 */
export function createTurns(inFlightMax: number, send: () => void): Turns {
  let inFlight = 0;
  let isScheduled = false;
  let collecting: NodeJS.Timeout | undefined;

  function flush(): void {
    isScheduled = false;
    clearTimeout(collecting);
    collecting = undefined;
    send();
  }
  function wanted(): void {
    if (isScheduled) return;
    if (inFlight < inFlightMax) {
      isScheduled = true;
      // After the poll phase: by then everything that has arrived in this turn has been read.
      setImmediate(flush);
    } else {
      collecting ??= setTimeout(flush, collectMsMax);
    }
  }
  return {
    wanted,
    begun() {
      inFlight += 1;
    },
    ended(isMoreWanted) {
      inFlight -= 1;
      if (isMoreWanted) wanted();
    },
  };
}
