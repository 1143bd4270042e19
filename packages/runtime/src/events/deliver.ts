import type { DescMessage } from '@bufbuild/protobuf';
import type { JsMsg } from '@nats-io/jetstream';
import type { Clock } from '../clock/clock.ts';
import type { Rows } from '../database/database.ts';
import { outageOf } from '../errors/driver-error.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { recordFailure, recordUnreadable } from './dead-events.ts';
import { type EventOf, readEvent } from './event.ts';
import type { ConsumeOptions } from './event-bus.ts';
import { eventMetrics } from './event-metrics.ts';

/** Failed tries of one event until it is parked; with the pauses below about four minutes. */
const TRIES_MAX = 10;

/** Pauses before the next try in milliseconds; the last one is kept. */
const PAUSES_MS = [100, 500, 2_000, 5_000, 10_000, 30_000, 60_000];

/** What becomes of a delivered message. */
export type Delivery = { readonly done: true } | { readonly done: false; againInMs: number };

/**
 * Makes the handler of one consumer's messages: it never throws, and says whether the message is
 * done with (had its effect now or before, or was parked) or must come again, and when. An outage
 * of a dependency is waited out; any other failure counts as a try.
 */
export function deliver<P extends DescMessage>(
  parts: { readonly log: Log; readonly clock: Clock; readonly metrics: Metrics },
  options: ConsumeOptions<P>,
): (message: JsMsg) => Promise<Delivery> {
  const { log, clock } = parts;
  const metrics = eventMetrics(parts.metrics);
  const { database, durable: consumer } = options;

  async function attempt(message: JsMsg): Promise<Delivery> {
    const received = { consumer, message: message.data, subject: options.event.subject, clock };
    let event: EventOf<P>;
    try {
      event = readEvent(message.data, options.event.schema);
    } catch (error) {
      await recordUnreadable(database, { ...received, error, sequence: message.seq });
      metrics.parked.labels(consumer).inc();
      log.error({ error, sequence: message.seq }, 'an event cannot be read and was parked');
      return { done: true };
    }
    try {
      const effect = await handleOnce(event, options, clock);
      metrics.handled.labels(consumer, effect).inc();
      return { done: true };
    } catch (error) {
      if (outageOf(error)) throw error;
      const tries = await recordFailure(database, { ...received, event, error, TRIES_MAX });
      const parked = tries >= TRIES_MAX;
      metrics[parked ? 'parked' : 'failures'].labels(consumer).inc();
      const facts = { error, tries, eventId: event.id, tenantId: event.tenantId };
      log.error(facts, parked ? 'an event was parked' : 'an event failed and is tried again');
      return parked ? { done: true } : { done: false, againInMs: pauseMs(tries) };
    }
  }

  return async (message) => {
    try {
      return await attempt(message);
    } catch (error) {
      metrics.failures.labels(consumer).inc();
      log.warn({ error, deliveries: message.info.deliveryCount }, 'an event waits for an outage');
      return { done: false, againInMs: pauseMs(message.info.deliveryCount) };
    }
  };
}

/** The effect and the mark that it happened, in one transaction; nothing when there is the mark. */
async function handleOnce<P extends DescMessage>(
  event: EventOf<P>,
  { database, durable, on, as }: ConsumeOptions<P>,
  clock: Clock,
): Promise<'effect' | 'duplicate'> {
  async function work(rows: Rows) {
    const [marked] = await rows.sql(markStatement, [
      event.tenantId,
      durable,
      event.id,
      clock.now(),
    ]);
    if (!marked) return 'duplicate';
    await on(event, rows);
    return 'effect';
  }
  return as === 'system'
    ? database.system(work, { cause: event })
    : database.write(
        {
          tenantId: event.tenantId,
          environment: event.environment,
          requestId: event.requestId,
        },
        work,
      );
}

const markStatement = `
with repaired as (
  delete from dead_event where (tenant_id, consumer, event_id) = ($1, $2, $3)
)
insert into inbox (tenant_id, consumer, event_id, handle_time) values ($1, $2, $3, $4)
on conflict do nothing
returning event_id`;

function pauseMs(tries: number): number {
  return PAUSES_MS[Math.min(tries, PAUSES_MS.length) - 1] ?? 1_000;
}
