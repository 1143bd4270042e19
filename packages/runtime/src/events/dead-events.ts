import { createHash } from 'node:crypto';
import type { DescMessage } from '@bufbuild/protobuf';
import { PLATFORM_TENANT_ID } from '@tollgate/api';
import type { Clock } from '../clock/clock.ts';
import type { Database } from '../database/database.ts';
import type { EventOf } from './event.ts';
import type { EventBus } from './event-bus.ts';

const CAUSE_CHARACTERS_MAX = 2_000;

/** A message that failed, and why. */
interface Failure {
  readonly consumer: string;
  readonly subject: string;
  readonly message: Uint8Array;
  readonly error: unknown;
  readonly clock: Clock;
}

/** Notes one more failed try of an event, parked from `TRIES_MAX` on; answers the tries so far. */
export async function recordFailure(
  database: Database,
  failure: Failure & { readonly event: EventOf<DescMessage>; readonly TRIES_MAX: number },
): Promise<number> {
  const { id, tenantId } = failure.event;
  return record(database, { ...failure, id, tenantId, triesMax: failure.TRIES_MAX });
}

/** Parks a message that is no event at once, under the platform tenant and an id of its bytes. */
export async function recordUnreadable(
  database: Database,
  failure: Failure & { readonly sequence: number },
): Promise<void> {
  const digest = createHash('sha256').update(failure.message).digest('hex').slice(0, 26);
  const id = `unreadable_${failure.sequence}_${digest}`;
  await record(database, { ...failure, id, tenantId: PLATFORM_TENANT_ID, triesMax: 1 });
}

async function record(
  database: Database,
  failure: Failure & { id: string; tenantId: string; triesMax: number },
): Promise<number> {
  const { id, tenantId, consumer, subject, message, error, clock, triesMax } = failure;
  const cause = causeOf(error);
  const [row] = await database.system((rows) =>
    rows.sql<{ tries: number }>(recordStatement, [
      tenantId,
      consumer,
      id,
      subject,
      message,
      cause,
      clock.now(),
      triesMax,
    ]),
  );
  if (!row) throw new Error('The failure of an event was not noted.');
  return row.tries;
}

const recordStatement = `
insert into dead_event as known (tenant_id, consumer, event_id, subject, message, state, tries,
  cause, first_failure_time, last_failure_time)
values ($1, $2, $3, $4, $5, case when $8::int <= 1 then 'parked' else 'retrying' end, 1, $6, $7, $7)
on conflict (tenant_id, consumer, event_id) do update set
  tries = known.tries + 1,
  state = case when known.tries + 1 >= $8::int then 'parked' else 'retrying' end,
  cause = excluded.cause,
  last_failure_time = excluded.last_failure_time
returning tries`;

/** What is parked of one consumer. */
export interface ParkedEvents {
  readonly consumer: string;
  /** Events that can be published again. */
  readonly events: number;
  /** Messages that are no events: they stay, to be looked at. */
  readonly unreadable: number;
  /** Why the one that failed last did. */
  readonly lastCause: string;
}

/** What is parked in a service's schema, by consumer. */
export async function findParkedEvents(database: Database): Promise<ParkedEvents[]> {
  const found = await database.system((rows) =>
    rows.sql<{ consumer: string; events: number; unreadable: number; last_cause: string }>(
      `select consumer,
         count(*) filter (where event_id like 'evt\\_%')::int as events,
         count(*) filter (where event_id not like 'evt\\_%')::int as unreadable,
         (array_agg(cause order by last_failure_time desc))[1] as last_cause
       from dead_event where state = 'parked' group by consumer order by consumer`,
      [],
    ),
  );
  return found.map(({ last_cause: lastCause, ...counts }) => ({ ...counts, lastCause }));
}

/**
 * Repairs: publishes parked events of a consumer again, at most `max` of them, with their tries
 * starting anew. Other consumers of the same subject drop them as repetitions. Answers how many.
 */
export async function replayParkedEvents(
  { database, bus }: { readonly database: Database; readonly bus: Pick<EventBus, 'publish'> },
  { consumer, max = 100 }: { readonly consumer: string; readonly max?: number },
): Promise<number> {
  return database.system(async (rows) => {
    const parked = await rows.sql<{
      event_id: string;
      subject: string;
      message: Uint8Array;
      last_failure_time: Temporal.Instant;
    }>(
      `update dead_event set state = 'retrying', tries = 0
       where (tenant_id, consumer, event_id) in (
         select tenant_id, consumer, event_id from dead_event
         where consumer = $1 and state = 'parked' and event_id like 'evt\\_%'
         order by first_failure_time limit $2 for update skip locked)
       returning event_id, subject, message, last_failure_time`,
      [consumer, max],
    );
    for (const { event_id, subject, message, last_failure_time } of parked) {
      // Another id for the stream, which would drop a repetition; the event's own stays inside.
      const id = `${event_id}.${last_failure_time.epochMilliseconds}`;
      await bus.publish({ subject, id, envelope: message });
    }
    return parked.length;
  });
}

function causeOf(error: unknown): string {
  const text = Error.isError(error) ? `${error.name}: ${error.message}` : String(error);
  return text.slice(0, CAUSE_CHARACTERS_MAX);
}
