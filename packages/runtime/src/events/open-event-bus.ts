import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { Clock } from '../clock/clock.ts';
import type { Health } from '../health/health.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { consumeEvents } from './consume.ts';
import type { EventBus } from './event-bus.ts';
import { wireSubject } from './event-subject.ts';
import { followEvents } from './follow.ts';
import { ensureStreams } from './streams.ts';
import { watchConnection } from './watch-connection.ts';

const FIRST_CONNECT_TIMEOUT_MS = 10_000;
const PUBLISH_TIMEOUT_MS = 5_000;

/** What a bus needs of its process. */
export interface EventBusOptions {
  /** One or more addresses, separated by commas. */
  readonly url: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Told `degraded` while the connection is lost: events then wait in outboxes and streams. */
  readonly health: Health;
  readonly metrics: Metrics;
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
    // A server that is back before its users are would else be given up for good.
    ignoreAuthErrorAbort: true,
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
  health.report('events', 'ok');
  const stream = jetstream(connection);
  const consumers = opened.use(new AsyncDisposableStack());
  const state = watchConnection(connection, { log, health }, async () => {
    // The server may have come back without its data.
    await ensureStreams(manager);
  });
  const parts = { ...options, connection, manager, stream, onReturn: state.onReturn };
  const closing = opened.move();

  return {
    async publish({ subject, id, envelope }) {
      const options = { msgID: id, timeout: PUBLISH_TIMEOUT_MS, retries: 0 };
      await state.unlessLost(() => stream.publish(wireSubject(subject), envelope, options));
    },
    onReturn: state.onReturn,
    consume: async (consume) => consumers.use(await consumeEvents(parts, consume)),
    follow: async (follow) => consumers.use(await followEvents(parts, follow)),
    async [Symbol.asyncDispose]() {
      await closing.disposeAsync();
      health.forget('events');
    },
  };
}
