import { type DescMessage, type JsonObject, type MessageShape, toJson } from '@bufbuild/protobuf';
import type { WebhookEventType } from '@tollgate/api/words';
import { newId, type Rows } from '@tollgate/runtime/database';
import type { EventOf } from '@tollgate/runtime/events';
import { wants } from '../endpoints/domain/endpoint.ts';
import { endpointsOf } from '../endpoints/endpoint-store.ts';
import { insertDelivery } from './delivery-store.ts';
import { webhookEvents } from './domain/webhook-events.ts';

/** The message that an event carries for which endpoints ask by this word. */
export type SchemaOf<T extends WebhookEventType> = (typeof webhookEvents)[T]['schema'];

/**
 * Turns an event into one delivery for each endpoint of its tenant that wants it, in the transaction
 * that marks the event as seen. The body is fixed here: every attempt sends the same bytes.
 */
export function onWebhookEvent<T extends WebhookEventType>(
  eventType: T,
  { retryDelaysMs }: { retryDelaysMs: readonly number[] },
): (event: EventOf<SchemaOf<T>>, rows: Rows) => Promise<void> {
  return async (event, rows) => {
    const { tenantId, id: eventId, time: createTime } = event;
    const body = bodyOf(eventType, event);
    const nextAttemptTime = createTime.add({ milliseconds: retryDelaysMs[0] ?? 0 });
    const endpoints = await endpointsOf(rows, tenantId);
    for (const { endpointId } of endpoints.filter((endpoint) => wants(endpoint, eventType))) {
      await insertDelivery(rows, {
        tenantId,
        deliveryId: newId('whd'),
        endpointId,
        eventId,
        eventType,
        body,
        createTime,
        nextAttemptTime,
      });
    }
  };
}

function bodyOf<T extends WebhookEventType>(eventType: T, event: EventOf<SchemaOf<T>>): string {
  return JSON.stringify({
    type: eventType,
    timestamp: event.time.toString(),
    data: {
      ...toJsonObject(webhookEvents[eventType].schema, event.payload),
      entity_version: String(event.entityVersion),
    },
  });
}

/** A message as JSON, by the names of the contract. */
function toJsonObject<S extends DescMessage>(schema: S, message: MessageShape<S>): JsonObject {
  const json = toJson(schema, message, { useProtoFieldName: true, alwaysEmitImplicit: true });
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
  throw new Error(`${schema.typeName} is no object in JSON`);
}
