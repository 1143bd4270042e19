/** How often a long step says that it is still at work. */
const REPORT_INTERVAL_MS = 5_000;

/**
 * Runs a long step and reports it in lines: at its start, every five seconds, and at its end with
 * the seconds it took.
 * @template T
 * @param {string} what e.g. `Installing Postgres 18.4 (npm)`
 * @param {(line: string) => void} log
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(what, log, work) {
  const startedMs = performance.now();
  const seconds = () => Math.round((performance.now() - startedMs) / 1000);
  log(`${what} …`);
  const timer = setInterval(() => log(`${what} … ${seconds()} s`), REPORT_INTERVAL_MS);
  try {
    const result = await work();
    log(`${what}: done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
