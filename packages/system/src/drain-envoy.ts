import { setTimeout as sleep } from 'node:timers/promises';

/** The access log's flush interval (packages/gateway) is 200 ms; twice that leaves no record behind. */
const ACCESS_LOG_FLUSH_MS = 400;
const CALLS_END_TIMEOUT_MS = 5_000;

/**
 * Tells Envoy to take no new connections, waits until its calls have ended (five seconds at most)
 * and the access log has been flushed. An Envoy that does not answer has nothing to drain.
 */
export async function drainEnvoy(adminPort: number): Promise<void> {
  const admin = `http://127.0.0.1:${adminPort}`;
  try {
    await fetch(`${admin}/drain_listeners?graceful`, { method: 'POST' });
    const deadlineMs = performance.now() + CALLS_END_TIMEOUT_MS;
    while (performance.now() < deadlineMs && (await activeCalls(admin)) > 0) await sleep(50);
    await sleep(ACCESS_LOG_FLUSH_MS);
  } catch {
    // Ended before or meanwhile.
  }
}

/** Calls in flight, without those to the admin itself. */
async function activeCalls(admin: string): Promise<number> {
  const filter = encodeURIComponent('^http\\..*\\.downstream_rq_active$');
  const text = await (await fetch(`${admin}/stats?filter=${filter}`)).text();
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('http.admin.'))
    .reduce((sum, line) => sum + Number(line.split(': ')[1]), 0);
}
