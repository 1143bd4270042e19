import { create, type DescMessage, toBinary } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { toProtoTime } from '@tollgate/api';
import { EventSchema } from '@tollgate/api/tollgate/events/v1/event';
import type { EventCause, OutgoingEvent, Rows } from '../database/database.ts';
import type { EmittedEvent } from '../database/rows.ts';
import { newId } from '../ids/new-id.ts';
import type { Call } from '../rpc/call.ts';
import { parseSubject } from './event-subject.ts';

/** Events of one transaction; more is a mistake or a job that should work in parts. */
const EVENTS_MAX = 1_000;
/** Well below the megabyte that a NATS message may have by default. */
const EVENT_BYTES_MAX = 256 * 1024;

/** Why and when the events happen. */
interface Cause {
  readonly context: Call | EventCause | undefined;
  readonly now: Temporal.Instant;
}

/**
 * Writes the events of a transaction to its outbox, numbered. Taking the next version locks the
 * entity until the commit, so that the order in the outbox is the order of the commits.
 */
export async function writeOutbox(
  rows: Rows,
  emitted: readonly EmittedEvent[],
  cause: Cause,
): Promise<void> {
  if (emitted.length > EVENTS_MAX) {
    throw new Error(`A transaction emits at most ${EVENTS_MAX} events, not ${emitted.length}.`);
  }
  for (const { event, entered } of emitted) {
    const write = () => writeEvent(rows, event, cause);
    await (entered ? rows.inTenant(entered, write) : write());
  }
}

async function writeEvent(rows: Rows, event: OutgoingEvent, cause: Cause): Promise<void> {
  const version = await nextVersion(rows, event);
  const { eventId, envelope } = envelopeOf(event, version, cause);
  await rows.sql(
    `insert into outbox (tenant_id, event_id, subject, entity_id, envelope, event_time)
     values ($1, $2, $3, $4, $5, $6)`,
    [event.tenantId, eventId, event.type.subject, event.entityId, envelope, cause.now],
  );
}

function envelopeOf(event: OutgoingEvent, entityVersion: bigint, { context, now }: Cause) {
  const eventId = newId('evt');
  const message = create(EventSchema, {
    eventId,
    type: event.type.subject,
    eventTime: toProtoTime(now),
    tenantId: event.tenantId,
    environment: event.environment ?? context?.environment ?? 'live',
    entityId: event.entityId,
    entityVersion,
    requestId: context?.requestId ?? '',
    payload: packed(event),
  });
  const envelope = toBinary(EventSchema, message);
  if (envelope.length > EVENT_BYTES_MAX) {
    throw new Error(`An event has at most ${EVENT_BYTES_MAX} bytes, not ${envelope.length}.`);
  }
  return { eventId, envelope };
}

async function nextVersion(rows: Rows, event: OutgoingEvent): Promise<bigint> {
  const { noun } = parseSubject(event.type.subject);
  const [row] = await rows.sql<{ version: bigint }>(
    `insert into entity_version as known (tenant_id, noun, entity_id, version)
     values ($1, $2, $3, coalesce($4::bigint, 1))
     on conflict (tenant_id, noun, entity_id)
       do update set version = coalesce($4::bigint, known.version + 1)
       where $4::bigint is null or $4::bigint > known.version
     returning version`,
    [event.tenantId, noun, event.entityId, event.entityVersion ?? null],
  );
  if (row) return row.version;
  throw new Error(
    `${event.type.subject} of ${event.entityId}: ${event.entityVersion} is not newer.`,
  );
}

function packed<P extends DescMessage>({ type: { schema }, payload }: OutgoingEvent<P>) {
  return anyPack(schema, create(schema, payload));
}
