import { performance } from 'node:perf_hooks';
import { collectGarbage } from '@tollgate/runtime/memory';
import { closeGuard } from '@tollgate/servers';
import { launch } from './start/launch.ts';
import { readyText } from './start/ready-text.ts';

let isCutOff = false;
const log = (line: string): void => {
  if (!isCutOff) console.log(`tollgate: ${line}`);
};
const startedMs = performance.now();
const stopRequested = Promise.withResolvers<NodeJS.Signals>();

// Repeated signals are one: a terminal's Ctrl-C reaches us directly and through npm.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stopRequested.resolve(signal));
}
stopWithParent();
process.exitCode = await startUntilStopped();
await closeGuard();
process.exit();

async function startUntilStopped(): Promise<number> {
  try {
    const launching = launch(log);
    const first = await Promise.race([launching, stopRequested.promise]);
    if (typeof first === 'string') {
      log('Stopped during the start.');
      cutOff(launching);
      return 130;
    }
    await using launched = first;
    console.log(readyText(launched, Math.round(performance.now() - startedMs)));
    launched.releaseMemory();
    await collectGarbage();
    await stopRequested.promise;
    log('Stopping …');
  } catch (error) {
    log(describe(error));
    return 1;
  }
  log('Stopped.');
  return 0;
}

/** The guard ends the children of a start that goes on; how its steps then fail matters no more. */
function cutOff(launching: Promise<unknown>): void {
  isCutOff = true;
  launching.catch(() => {});
  process.on('uncaughtException', () => {});
}

/** The message with those of its causes: the first says what failed, the last says why. */
function describe(error: unknown): string {
  if (!Error.isError(error)) return String(error);
  return error.cause ? `${error.message}\n${describe(error.cause)}` : error.message;
}

/** scripts/node26.mjs killed by force passes no signal on: then its end is the signal. */
function stopWithParent(): void {
  const parent = Number(process.env.TOLLGATE_PARENT_PID);
  if (!parent) return;
  setInterval(() => {
    if (process.ppid !== parent) stopRequested.resolve('SIGTERM');
  }, 1_000).unref();
}
