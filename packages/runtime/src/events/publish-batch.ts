import type { Database } from '../database/database.ts';
import type { EventBus } from './event-bus.ts';

const BATCH_MAX = 100;

interface OutboxEvent {
  readonly sequence: bigint;
  readonly tenant_id: string;
  readonly event_id: string;
  readonly subject: string;
  readonly entity_id: string;
  readonly envelope: Uint8Array;
  readonly event_time: Temporal.Instant;
}

/** What a round of the relay did and saw. */
export interface Batch {
  readonly published: number;
  /** There may be more to publish at once. */
  readonly more: boolean;
  /** Events not yet published, and the time of the oldest of them. */
  readonly waiting: number;
  readonly oldest: Temporal.Instant | undefined;
  /** What kept some of the batch from being published; they stay. */
  readonly failed?: { readonly error: unknown } | undefined;
}

const nothing: Batch = { published: 0, more: false, waiting: 0, oldest: undefined };

/**
 * Publishes the oldest events and removes them, in one transaction: a crash in between publishes
 * them again under the same ids. A lock lets one relay work at a time, since with SKIP LOCKED a
 * second one could overtake the first within an entity.
 */
export async function publishBatch(options: {
  readonly database: Database;
  readonly bus: Pick<EventBus, 'publish'>;
}): Promise<Batch> {
  return options.database.system(async (rows) => {
    if (!(await rows.tryLock('runtime.outbox', options.database.schema))) return nothing;
    const events = await rows.sql<OutboxEvent>('select * from outbox order by sequence limit $1', [
      BATCH_MAX,
    ]);
    if (events.length === 0) return nothing;
    const outcome = await publishInOrder(options.bus, events);
    await rows.sql('delete from outbox where sequence = any($1)', [outcome.published]);
    const [left] = await rows.sql<{ waiting: bigint; oldest: Temporal.Instant | null }>(
      'select count(*) as waiting, min(event_time) as oldest from outbox',
    );
    return {
      published: outcome.published.length,
      more: events.length === BATCH_MAX,
      waiting: Number(left?.waiting ?? 0n),
      oldest: left?.oldest ?? undefined,
      failed: outcome.failed,
    };
  });
}

/** Entities side by side, the events of one entity one after the other, stopping at a failure. */
async function publishInOrder(bus: Pick<EventBus, 'publish'>, events: readonly OutboxEvent[]) {
  const entities = Map.groupBy(events, (event) => `${event.tenant_id} ${event.entity_id}`);
  const published: bigint[] = [];
  let failed: { readonly error: unknown } | undefined;
  async function publishEntity(own: readonly OutboxEvent[]): Promise<void> {
    for (const { sequence, subject, event_id, envelope } of own) {
      try {
        await bus.publish({ subject, id: event_id, envelope });
        published.push(sequence);
      } catch (error) {
        failed ??= { error };
        return;
      }
    }
  }
  await Promise.all([...entities.values()].map(publishEntity));
  return { published, failed };
}
