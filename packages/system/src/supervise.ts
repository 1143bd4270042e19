import { setTimeout as sleep } from 'node:timers/promises';
import { RELEASE_MEMORY } from '@tollgate/runtime/memory';
import { type ServerProcess, startServerProcess } from '@tollgate/servers';

/** One process of the system: what to run and how to see that it serves. */
export interface ProcessSpec {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** As whom; `{}`: as ourselves. */
  readonly user: { uid?: number; gid?: number };
  readonly isReady: () => Promise<boolean>;
  /** It sends a message when it serves, and is not asked before. */
  readonly saysReady?: boolean;
}

/** A process that is started again whenever it ends, on the same ports. */
export interface SupervisedProcess {
  readonly name: string;
  readonly logFile: string;
  /** Of the running process; undefined between two. */
  readonly pid: number | undefined;
  /** How often it was started. */
  readonly starts: number;
  /** Resolves when it serves: now, or after it was started again. Rejects if it never will. */
  ready(): Promise<void>;
  /** Sends a signal (SIGKILL by default) and, if that ends it, waits until it has ended. */
  kill(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /**
   * Tells it, if it says when it serves, that nobody waits for it now: it may stop for some 100 ms
   * to give memory back. Each later life is told when it serves. Twice is once.
   */
  releaseMemory(): void;
  /** Stops it in good order and keeps it stopped. */
  stop(): Promise<void>;
  /** Starts it again after `stop`. */
  start(): Promise<void>;
}

const BACK_OFF_MIN_MS = 100;
const BACK_OFF_MAX_MS = 5_000;
/** A process that served this long has recovered: the next back-off begins anew. */
const RECOVERED_MS = 10_000;
const READY_TIMEOUT_MS = 60_000;
/** A process that never served and fails this often will not be started again. */
const FIRST_FAILURES_MAX = 4;

interface State {
  readonly spec: ProcessSpec;
  readonly log: (line: string) => void;
  current: ServerProcess | undefined;
  starts: number;
  /** Whether the current life has said that it serves. */
  serves: boolean;
  /** Whether every life, from the current one on, is to give memory back. */
  released: boolean;
  /** Of the current life, or of the next one from the moment the process has ended. */
  served: PromiseWithResolvers<void>;
  /** Aborted: the process is to stay ended. */
  stopped: AbortController;
}

/** Starts a process and keeps it running until `stop`. Answers at once; see `ready`. */
export function supervise(spec: ProcessSpec, log: (line: string) => void): SupervisedProcess {
  const state: State = {
    spec,
    log,
    current: undefined,
    starts: 0,
    serves: false,
    released: false,
    served: quietPromise(),
    stopped: new AbortController(),
  };
  let ended = keepRunning(state);
  return {
    name: spec.name,
    logFile: spec.logFile,
    get pid() {
      return state.current?.pid;
    },
    get starts() {
      return state.starts;
    },
    ready: () => state.served.promise,
    kill: async () => state.current?.kill(),
    signal: (name) => void state.current?.process.kill(name),
    releaseMemory() {
      state.released = true;
      tellReleased(state);
    },
    async stop() {
      state.stopped.abort();
      await state.current?.stop();
      await ended;
    },
    async start() {
      if (!state.stopped.signal.aborted) return;
      state.stopped = new AbortController();
      ended = keepRunning(state);
      await state.served.promise;
    },
  };
}

/** One life after the other, with a growing pause between, until stopped or given up. */
async function keepRunning(state: State): Promise<void> {
  const { log, stopped } = state;
  let backOffMs = BACK_OFF_MIN_MS;
  let firstFailures = 0;
  let hasServed = false;
  while (!stopped.signal.aborted) {
    const { what, servedMs } = await runOnce(state);
    if (stopped.signal.aborted) return;
    hasServed ||= servedMs > 0;
    if (servedMs >= RECOVERED_MS) backOffMs = BACK_OFF_MIN_MS;
    firstFailures += hasServed ? 0 : 1;
    if (!hasServed && firstFailures === FIRST_FAILURES_MAX) {
      state.served.reject(new Error(what));
      return;
    }
    log(`${firstSentence(what)}; starting it again in ${backOffMs} ms`);
    await sleep(backOffMs, undefined, { signal: stopped.signal }).catch(() => {});
    backOffMs = Math.min(2 * backOffMs, BACK_OFF_MAX_MS);
  }
}

/** One life of the process: how it ended and how long it served, in milliseconds. */
async function runOnce(state: State): Promise<{ what: string; servedMs: number }> {
  const { spec, log, stopped } = state;
  const { args, user, ...rest } = spec;
  state.starts += 1;
  try {
    const server = await startServerProcess({
      ...rest,
      ...user,
      args: [...args],
      readyTimeoutMs: READY_TIMEOUT_MS,
      onSpawn(spawned) {
        state.current = spawned;
        if (stopped.signal.aborted) void spawned.stop();
        void spawned.exited.then(() => markEnded(state));
      },
    });
    const sinceMs = performance.now();
    state.serves = true;
    state.served.resolve();
    tellReleased(state);
    if (state.starts > 1) log(`${spec.name} serves again`);
    const outcome = await server.exited;
    return { what: `${spec.name} ended (${outcome})`, servedMs: performance.now() - sinceMs };
  } catch (error) {
    return { what: Error.isError(error) ? error.message : String(error), servedMs: 0 };
  }
}

/** Only what serves: before it the process may not listen yet, and afterwards it is told anyway. */
function tellReleased({ current, released, serves }: State): void {
  const child = current?.process;
  if (released && serves && child?.connected) child.send(RELEASE_MEMORY, () => {});
}

/** The rest of a failure's text is the end of the log. */
function firstSentence(text: string): string {
  return text.split(/\. |\n/)[0] ?? text;
}

/** From the moment it ended, `ready` means the next life; so it does for those still waiting. */
function markEnded(state: State): void {
  state.current = undefined;
  state.serves = false;
  const before = state.served;
  state.served = quietPromise();
  state.served.promise.then(before.resolve, before.reject);
}

/** A promise whose rejection is nobody's fault but of those who wait for it. */
function quietPromise(): PromiseWithResolvers<void> {
  const promise = Promise.withResolvers<void>();
  promise.promise.catch(() => {});
  return promise;
}
