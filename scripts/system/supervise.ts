import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerProcess, startServerProcess } from '../servers/index.mjs';

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

/** Starts a process and keeps it running until `stop`. Answers at once; see `ready`. */
export function supervise(spec: ProcessSpec, log: (line: string) => void): SupervisedProcess {
  let current: ServerProcess | undefined;
  let isWanted = true;
  let starts = 0;
  let served = Promise.withResolvers<void>();
  let stopWaiting = new AbortController();
  let loop = run();

  async function run(): Promise<void> {
    served.promise.catch(() => {}); // whoever asks for it gets the error
    let backOffMs = BACK_OFF_MIN_MS;
    let failures = 0;
    let hasServed = false;
    while (isWanted) {
      const outcome = await runOnce();
      if (!isWanted) return;
      if (outcome.servedMs > 0) hasServed = true;
      if (outcome.servedMs >= RECOVERED_MS) backOffMs = BACK_OFF_MIN_MS;
      failures = hasServed ? 0 : failures + 1;
      if (failures === FIRST_FAILURES_MAX) return served.reject(new Error(outcome.what));
      log(`${spec.name} ${outcome.what.split('\n')[0]}; starting it again in ${backOffMs} ms`);
      await sleep(backOffMs, undefined, { signal: stopWaiting.signal }).catch(() => {});
      backOffMs = Math.min(2 * backOffMs, BACK_OFF_MAX_MS);
    }
  }

  /** One life of the process: how it ended and how long it served, in milliseconds. */
  async function runOnce(): Promise<{ what: string; servedMs: number }> {
    starts += 1;
    try {
      const { args, isReady, user, ...rest } = spec;
      const server = await startServerProcess({
        ...rest,
        ...user,
        args: [...args],
        isReady,
        readyTimeoutMs: READY_TIMEOUT_MS,
        onSpawn: (spawned) => {
          current = spawned;
          if (!isWanted) void spawned.stop();
          void spawned.exited.then(renewServed);
        },
      });
      const sinceMs = performance.now();
      served.resolve();
      if (starts > 1) log(`${spec.name} serves again`);
      const outcome = await server.exited;
      return { what: `ended (${outcome})`, servedMs: performance.now() - sinceMs };
    } catch (error) {
      return { what: messageOf(error), servedMs: 0 };
    } finally {
      current = undefined;
    }
  }

  /** From the moment it ended, `ready` means the next one. */
  function renewServed(): void {
    current = undefined;
    const before = served;
    served = Promise.withResolvers<void>();
    served.promise.catch(() => {});
    served.promise.then(before.resolve, before.reject); // for those who wait since the start
  }

  return {
    name: spec.name,
    logFile: spec.logFile,
    get pid() {
      return current?.pid;
    },
    get starts() {
      return starts;
    },
    ready: () => served.promise,
    kill: async () => current?.kill(),
    signal: (name) => void current?.process.kill(name),
    async stop() {
      isWanted = false;
      stopWaiting.abort();
      await current?.stop();
      await loop;
    },
    async start() {
      if (isWanted) return;
      isWanted = true;
      stopWaiting = new AbortController();
      loop = run();
      await served.promise;
    },
  };
}

function messageOf(error: unknown): string {
  return Error.isError(error) ? error.message : String(error);
}
