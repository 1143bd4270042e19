import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const current = new AsyncLocalStorage<string>();

/** The sender's id when it is fit for logs (1 to 128 letters, digits, `-._:`), else a new one. */
export function acceptRequestId(sent: string | null): string {
  return sent !== null && /^[\w.:-]{1,128}$/.test(sent) ? sent : randomUUID();
}

/** Runs work that belongs to a request; calls to other services made in it carry the id. */
export function runInRequest<T>(requestId: string, work: () => T): T {
  return current.run(requestId, work);
}

/** Id of the request that is being served here; undefined in background work. */
export function currentRequestId(): string | undefined {
  return current.getStore();
}
