import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { fromProtoTime, isId, type TenantId } from '@tollgate/api';
import { EventSchema } from '@tollgate/api/tollgate/events/v1/event';
import { type Environment, isEnvironment } from '@tollgate/api/words';

/** An event as a consumer gets it. */
export interface EventOf<P extends DescMessage> {
  /** `evt_…`, the same on every delivery. */
  readonly id: string;
  /** `<domain>.<noun>.<verb>`. */
  readonly type: string;
  /** When the change was made. */
  readonly time: Temporal.Instant;
  readonly tenantId: TenantId;
  readonly environment: Environment;
  readonly entityId: string;
  /** Rises with each change of the entity: drop what is not newer than what you know. */
  readonly entityVersion: bigint;
  /** The request that caused it; empty for background work. */
  readonly requestId: string;
  /** The entity's full state after the change. */
  readonly payload: MessageShape<P>;
}

/** Reads an envelope from the wire. Throws one line when it is not an event with such a payload. */
export function readEvent<P extends DescMessage>(bytes: Uint8Array, payload: P): EventOf<P> {
  const envelope = fromBinary(EventSchema, bytes);
  const { eventId, tenantId, environment, eventTime } = envelope;
  if (!isId('evt', eventId)) throw new Error('The envelope has no event id.');
  if (!isId('ten', tenantId)) throw new Error(`Event ${eventId} names no tenant.`);
  if (!isEnvironment(environment)) {
    throw new Error(`Event ${eventId} is of no environment.`);
  }
  const unpacked = envelope.payload && anyUnpack(envelope.payload, payload);
  if (!unpacked || !eventTime) throw new Error(`Event ${eventId} is no ${payload.typeName}.`);
  return {
    id: eventId,
    type: envelope.type,
    time: fromProtoTime(eventTime),
    tenantId,
    environment,
    entityId: envelope.entityId,
    entityVersion: envelope.entityVersion,
    requestId: envelope.requestId,
    payload: unpacked,
  };
}
