import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log/log.ts';

/** How long closing a subscription may take; the connection is closed after it in any case. */
const CLOSE_TIMEOUT_MS = 5_000;

/** Waits for `closing`, but not for ever: a bus that comes and goes may never say that it is done. */
export async function closeWithin(closing: Promise<unknown>, log: Log): Promise<void> {
  const done = new AbortController();
  const late = delay(CLOSE_TIMEOUT_MS, 'late', { signal: done.signal }).catch(() => undefined);
  const outcome = await Promise.race([closing, late]).finally(() => done.abort());
  if (outcome === 'late') log.warn('a subscription did not close in time and is left behind');
}
