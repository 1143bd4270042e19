import type { DescMessage } from '@bufbuild/protobuf';
import type { EventType } from '@tollgate/api';
import type { BackboneConfig } from '../config/connection-settings.ts';
import type { Database } from '../database/database.ts';
import { type DatabaseDefinition, openDatabase } from '../database/open-database.ts';
import { startSweep } from '../database/sweep-expired.ts';
import type { ConsumeOptions, EventBus } from '../events/event-bus.ts';
import { openEventBus } from '../events/open-event-bus.ts';
import { startOutboxRelay } from '../events/outbox-relay.ts';
import type { Platform } from './platform.ts';

/** What stands behind every service alike: its rows, its events, and what keeps both going. */
export interface Backbone extends AsyncDisposable {
  readonly database: Database;
  readonly bus: EventBus;
  /**
   * Handles each event of a kind once, whichever process of the service gets it, with its effect in
   * the service's own rows. `durable` follows the service's name in the consumer's; keep it for ever:
   * it marks the position.
   */
  consume<P extends DescMessage>(
    event: EventType<P>,
    options: Omit<ConsumeOptions<P>, 'event' | 'database'>,
  ): Promise<void>;
}

/**
 * Opens a service's database, whose schema must have every migration, its event bus, the relay of
 * its outbox and the sweep of what has expired, each with health and metrics. Closed in reverse:
 * consumers finish the event in hand, then the relay its batch.
 */
export async function openBackbone(
  config: BackboneConfig,
  definition: DatabaseDefinition,
  platform: Platform,
): Promise<Backbone> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await openDatabase(config.database, definition, platform));
  const bus = opened.use(await openEventBus({ ...platform, url: config.natsUrl }));
  opened.use(startOutboxRelay({ ...platform, database, bus }));
  opened.use(startSweep({ ...platform, database }));
  const consumers = opened.use(new AsyncDisposableStack());
  const everything = opened.move();
  return {
    database,
    bus,
    async consume(event, { durable, ...options }) {
      const name = `${database.schema}-${durable}`;
      consumers.use(await bus.consume({ ...options, event, database, durable: name }));
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}
