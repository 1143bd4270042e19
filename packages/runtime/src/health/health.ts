/** How one part of the process is doing. */
export type PartState =
  /** Works. */
  | 'ok'
  /** Works less well, e.g. without the bus; the process stays ready. */
  | 'degraded'
  /** The process cannot serve without it and must get no calls. */
  | 'failed';

/** One part that reports, and since when with which detail. */
export interface PartReport {
  readonly state: PartState;
  readonly detail?: string;
}

/** Whether the process should get calls, and how its parts are doing. */
export interface Health {
  /** Says how a part is doing; the last word counts. */
  report(part: string, state: PartState, detail?: string): void;
  /** Takes a part out of the picture, e.g. when it is closed. */
  forget(part: string): void;
  /** Start is over: from now on the parts decide about readiness. */
  markStarted(): void;
  /** The process is about to stop and is not ready any more, whatever the parts say. */
  markStopping(): void;
  /** Started, not stopping, and no part failed. */
  readonly ready: boolean;
  /** `starting`, `ready`, `degraded`, `failed` or `stopping`. */
  readonly state: 'starting' | 'ready' | 'degraded' | 'failed' | 'stopping';
  /** The parts by name. */
  readonly parts: ReadonlyMap<string, PartReport>;
}

/** The health of a process that is starting. */
export function createHealth(): Health {
  const parts = new Map<string, PartReport>();
  let phase: 'starting' | 'started' | 'stopping' = 'starting';

  function stateOfParts(): 'ready' | 'degraded' | 'failed' {
    const states = [...parts.values()].map((part) => part.state);
    if (states.includes('failed')) return 'failed';
    return states.includes('degraded') ? 'degraded' : 'ready';
  }

  return {
    report: (part, state, detail) =>
      void parts.set(part, { state, ...(detail === undefined ? {} : { detail }) }),
    forget: (part) => void parts.delete(part),
    markStarted: () => {
      if (phase === 'starting') phase = 'started';
    },
    markStopping: () => {
      phase = 'stopping';
    },
    get ready() {
      return phase === 'started' && stateOfParts() !== 'failed';
    },
    get state() {
      return phase === 'started' ? stateOfParts() : phase;
    },
    parts,
  };
}
