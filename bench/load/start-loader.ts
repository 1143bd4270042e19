import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadPlan, LoadResult } from './load-plan.ts';

/** A process that asks. One for all runs, so that none pays for its start. */
export interface Loader extends AsyncDisposable {
  /** One run at a time. */
  run(plan: Omit<LoadPlan, 'run'>): Promise<LoadResult>;
}

const file = fileURLToPath(new URL('./load-process.ts', import.meta.url));

/** Starts it. */
export function startLoader(): Loader {
  const child = fork(file);
  let runs = 0;
  let running = Promise.withResolvers<LoadResult>();
  child.on('message', ({ result, failure }: { result?: LoadResult; failure?: string }) => {
    if (result) running.resolve(result);
    else running.reject(new Error(`the load failed: ${failure}`));
  });
  child.once('exit', (code, signal) =>
    running.reject(new Error(`the load process has ended (${signal ?? code})`)),
  );
  return {
    run(plan) {
      runs += 1;
      running = Promise.withResolvers();
      child.send({ ...plan, run: runs });
      return running.promise;
    },
    async [Symbol.asyncDispose]() {
      running.promise.catch(() => {});
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
