import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Health } from '../health/health.ts';
import type { Log } from '../log/log.ts';

const RESTORE_PAUSE_MS = 250;

/** What is known of the connection to the event bus. */
export interface ConnectionState {
  /** Calls back each time a lost connection is back and restored. */
  onReturn(listener: () => void): Disposable;
  /**
   * Does something that waits for an answer, and throws as soon as the connection is lost: the
   * answer could not come any more, and a time-out would only delay the repetition.
   */
  unlessLost<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Follows losses and returns of the connection: health, log, listeners. `restore` runs after each
 * return, again and again until it succeeds, before the listeners are told.
 */
export function watchConnection(
  connection: NatsConnection,
  { log, health }: { readonly log: Log; readonly health: Health },
  restore: () => Promise<void>,
): ConnectionState {
  const listeners = new Set<() => void>();
  const waiting = new Set<(loss: Error) => void>();
  let connected = true;
  let restoring = 0;

  /** JetStream may need a while longer than its port. A newer return takes over from this one. */
  async function restoreAndTell(): Promise<void> {
    const mine = ++restoring;
    while (mine === restoring && !connection.isClosed()) {
      try {
        await restore();
        log.info('the event bus is back');
        health.report('events', 'ok');
        for (const listener of listeners) listener();
        return;
      } catch (error) {
        log.warn({ error }, 'streams could not be checked');
        await delay(RESTORE_PAUSE_MS);
      }
    }
  }

  async function watch(): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') {
        connected = false;
        log.warn('the event bus is gone; events wait');
        health.report('events', 'degraded', 'no connection');
        for (const reject of waiting) reject(lost());
      }
      if (type === 'reconnect') {
        connected = true;
        void restoreAndTell();
      }
    }
  }

  void watch().catch((error) => log.error({ error }, 'the watch over the event bus ended'));
  return {
    onReturn(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    async unlessLost(work) {
      if (!connected) throw lost();
      const { promise, reject } = Promise.withResolvers<never>();
      waiting.add(reject);
      try {
        return await Promise.race([work(), promise]);
      } finally {
        waiting.delete(reject);
      }
    },
  };
}

function lost(): Error {
  return new Error('The connection to the event bus is lost.');
}
