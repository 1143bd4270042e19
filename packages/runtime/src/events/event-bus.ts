import { setTimeout as delay } from 'node:timers/promises';
import type { DescMessage } from '@bufbuild/protobuf';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../clock/clock.ts';
import type { Health } from '../health/health.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type ConsumeOptions, consumeEvents } from './consume.ts';
import { type FollowOptions, followEvents } from './follow.ts';
import { ensureStreams } from './streams.ts';
import { wireSubject } from './subjects.ts';

const FIRST_CONNECT_TIMEOUT_MS = 10_000;
const PUBLISH_TIMEOUT_MS = 5_000;
const RESTORE_PAUSE_MS = 250;

/** What a bus needs of its process. */
export interface EventBusOptions {
  /** One or more addresses, separated by commas. */
  readonly url: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Told `degraded` while the connection is lost: events then wait in outboxes and streams. */
  readonly health?: Health;
  readonly metrics?: Metrics;
}

/** The connection to JetStream that a process publishes and consumes through. */
export interface EventBus extends AsyncDisposable {
  /**
   * Stores one event in its domain's stream and resolves when the server has it. A repetition with
   * the same id within ten minutes is dropped. Use `rows.emit`, which comes here by the outbox.
   */
  publish(event: { subject: string; id: string; envelope: Uint8Array }): Promise<void>;
  /** Handles each event of a subject once, whichever process of the service gets it. */
  consume<P extends DescMessage>(options: ConsumeOptions<P>): Promise<AsyncDisposable>;
  /** Shows every event from now on to this process, for copies kept in memory. */
  follow<P extends DescMessage>(options: FollowOptions<P>): Promise<AsyncDisposable>;
}

/**
 * Connects, creates what is missing of the streams, and reconnects for ever afterwards. Throws when
 * there is no server within ten seconds. Closing it waits for events that are being handled.
 */
export async function openEventBus(options: EventBusOptions): Promise<EventBus> {
  const { log, health } = options;
  const connection = await connect({
    servers: options.url.split(','),
    timeout: FIRST_CONNECT_TIMEOUT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 100,
    pingInterval: 5_000,
    maxPingOut: 2,
    ignoreClusterUpdates: true,
  });
  await using opened = new AsyncDisposableStack();
  opened.defer(() => connection.close());
  const manager = await jetstreamManager(connection);
  await ensureStreams(manager);
  health?.report('events', 'ok');
  const stream = jetstream(connection);
  const consumers = opened.use(new AsyncDisposableStack());
  const reconnected = watchConnection(connection, { log, health }, async () => {
    // The server may have come back without its data.
    await ensureStreams(manager);
  });
  const parts = { ...options, connection, manager, stream, reconnected };
  const closing = opened.move();

  return {
    async publish({ subject, id, envelope }) {
      await stream.publish(wireSubject(subject), envelope, {
        msgID: id,
        timeout: PUBLISH_TIMEOUT_MS,
        retries: 0,
      });
    },
    consume: async (consume) => consumers.use(await consumeEvents(parts, consume)),
    follow: async (follow) => consumers.use(await followEvents(parts, follow)),
    async [Symbol.asyncDispose]() {
      await closing.disposeAsync();
      health?.forget('events');
    },
  };
}

/** Told about each return of the connection, after the streams are there again. */
export type Reconnected = (listener: () => void) => Disposable;

function watchConnection(
  connection: NatsConnection,
  { log, health }: { log: Log; health: Health | undefined },
  restore: () => Promise<void>,
): Reconnected {
  const listeners = new Set<() => void>();
  let restoring = 0;

  /** JetStream may need a while longer than its port. A newer return takes over from this one. */
  async function restoreAndTell(): Promise<void> {
    const mine = ++restoring;
    while (mine === restoring && !connection.isClosed()) {
      try {
        await restore();
        log.info('the event bus is back');
        health?.report('events', 'ok');
        for (const listener of listeners) listener();
        return;
      } catch (error) {
        log.warn({ error }, 'streams could not be checked');
        await delay(RESTORE_PAUSE_MS);
      }
    }
  }

  async function watch(): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') {
        log.warn('the event bus is gone; events wait');
        health?.report('events', 'degraded', 'no connection');
      }
      if (status.type !== 'reconnect') continue;
      void restoreAndTell();
    }
  }
  void watch().catch((error) => log.error({ error }, 'the watch over the event bus ended'));
  return (listener) => {
    listeners.add(listener);
    return { [Symbol.dispose]: () => void listeners.delete(listener) };
  };
}
