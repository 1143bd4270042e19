import { toJson } from '@bufbuild/protobuf';
import type { WebhookEventType } from '@tollgate/api/words';
import { newId, type Rows } from '@tollgate/runtime/database';
import type { EventOf } from '@tollgate/runtime/events';
import { wants } from '../endpoints/domain/endpoint.ts';
import { endpointsOf } from '../endpoints/endpoint-store.ts';
import { insertDelivery } from './delivery-store.ts';
import { webhookEvents } from './domain/webhook-events.ts';

/** An event as it comes, whichever of those that are delivered. */
type WebhookEvent = EventOf<(typeof webhookEvents)[WebhookEventType]['schema']>;

/**
 * Turns an event into one delivery for each endpoint of its tenant that wants it, in the transaction
 * that marks the event as seen. The body is fixed here: every attempt sends the same bytes.
 */
export function onWebhookEvent(
  eventType: WebhookEventType,
  { retryDelaysMs }: { retryDelaysMs: readonly number[] },
): (event: WebhookEvent, rows: Rows) => Promise<void> {
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

function bodyOf(eventType: WebhookEventType, event: WebhookEvent): string {
  const options = { useProtoFieldName: true, alwaysEmitImplicit: true };
  const payload = toJson(webhookEvents[eventType].schema, event.payload, options);
  return JSON.stringify({
    type: eventType,
    timestamp: event.time.toString(),
    data: {
      ...(payload as Record<string, unknown>),
      entity_version: String(event.entityVersion),
    },
  });
}
