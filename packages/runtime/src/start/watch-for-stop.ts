import type { Health } from '../health/health.ts';
import type { Log } from '../log/log.ts';

/** The stop of a process, as it comes and as it goes. */
export interface Stop {
  /** Settles when somebody asks the process to stop. Never rejects. */
  readonly requested: Promise<void>;
  /** Aborted at the same moment. */
  readonly signal: AbortSignal;
  /** Everything is closed: signals and errors need no care any more. */
  finished(): void;
}

/**
 * Listens for SIGTERM, SIGINT and errors that nobody caught. Whichever comes first takes the process
 * out of service at once and starts a watchdog, which ends the process with exit code 1 when closing
 * takes longer than `timeoutMs`. A second signal ends it right away.
 */
export function watchForStop(options: { log: Log; health: Health; timeoutMs: number }): Stop {
  const { log, health, timeoutMs } = options;
  const controller = new AbortController();
  const requested = Promise.withResolvers<void>();

  function request(): void {
    health.markStopping();
    // Not kept alive by it: a process that has closed everything may end earlier.
    setTimeout(() => endNow(`not closed within ${timeoutMs} ms`), timeoutMs).unref();
    controller.abort();
    requested.resolve();
  }
  function endNow(reason: string): void {
    log.fatal({ reason }, 'ended without closing everything');
    process.exit(1);
  }
  function onSignal(signal: NodeJS.Signals): void {
    if (controller.signal.aborted) return endNow(`a second signal: ${signal}`);
    log.info({ signal }, 'stopping');
    request();
  }
  function onUncaught(error: unknown): void {
    log.fatal({ error }, 'an error that nobody caught');
    process.exitCode = 1;
    if (!controller.signal.aborted) request();
  }

  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  process.on('uncaughtException', onUncaught).on('unhandledRejection', onUncaught);
  return {
    requested: requested.promise,
    signal: controller.signal,
    finished() {
      // From here on only a leaked handle keeps the process; the watchdog must see that too.
      if (!controller.signal.aborted) request();
    },
  };
}
