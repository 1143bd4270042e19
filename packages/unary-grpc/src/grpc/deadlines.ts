import type { Connection } from '../http2/connection.ts';
import { CallState, fail } from './call-state.ts';
import { GrpcError, statusCode } from './grpc-error.ts';

/** Ends calls whose callers have stopped waiting. */
export interface Deadlines {
  /** Takes care that a call is ended at its deadline, if it is still open then. */
  watch(call: CallState): void;
  stop(): void;
}

/** Longest time that a timer can be set to. */
const timerMsMax = 0x7fff_ffff;

/**
 * One timer for all calls of a server, set to the earliest deadline: most calls are answered long
 * before theirs, and a timer for each would cost more than the rest of the transport. When it rings
 * the open calls are looked through, which is seldom, because most callers wait equally long.
 */
export function createDeadlines(options: {
  connections: ReadonlySet<Connection>;
  nowMs: () => number;
}): Deadlines {
  const { connections, nowMs } = options;
  let timer: NodeJS.Timeout | undefined;
  let timerAtMs = Number.POSITIVE_INFINITY;

  function arm(atMs: number): void {
    clearTimeout(timer);
    timerAtMs = atMs;
    const inMs = Math.max(1, Math.ceil(atMs - nowMs()));
    timer = setTimeout(expire, Math.min(timerMsMax, inMs));
    timer.unref();
  }
  function expire(): void {
    const now = nowMs();
    let nextMs = Number.POSITIVE_INFINITY;
    timerAtMs = nextMs;
    for (const { streams } of connections) {
      for (const { call } of streams.values()) {
        if (!(call instanceof CallState) || call.isDone) continue;
        if (call.deadlineMs <= now) fail(call, deadlineExceeded());
        else nextMs = Math.min(nextMs, call.deadlineMs);
      }
    }
    if (nextMs < timerAtMs) arm(nextMs);
  }
  return {
    watch(call) {
      if (call.deadlineMs < timerAtMs) arm(call.deadlineMs);
    },
    stop: () => clearTimeout(timer),
  };
}

function deadlineExceeded(): GrpcError {
  return new GrpcError(statusCode.deadlineExceeded, 'Deadline exceeded');
}
