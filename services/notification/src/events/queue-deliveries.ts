import { type DescMessage, toJson } from '@bufbuild/protobuf';
import type { WebhookEventType } from '@tollgate/api/words';
import { newId, type Rows } from '@tollgate/runtime/database';
import type { EventOf } from '@tollgate/runtime/events';
import { wants } from '../domain/endpoint.ts';
import { EndpointRow, fromEndpointRow } from '../store/endpoint-row.ts';

/**
 * Turns an event into one delivery for each endpoint of its tenant that wants it, in the transaction
 * that marks the event as seen. The body is fixed here: every attempt sends the same bytes.
 */
export function queueDeliveries<P extends DescMessage>(
  eventType: WebhookEventType,
  schema: P,
  parts: { retryDelaysMs: readonly number[] },
): (event: EventOf<P>, rows: Rows) => Promise<void> {
  return async (event, rows) => {
    const endpoints = (await rows.findAll(EndpointRow, { tenantId: event.tenantId })).map(
      fromEndpointRow,
    );
    const body = JSON.stringify({
      type: eventType,
      timestamp: event.time.toString(),
      data: {
        ...(toJson(schema, event.payload, {
          useProtoFieldName: true,
          alwaysEmitImplicit: true,
        }) as Record<string, unknown>),
        entity_version: String(event.entityVersion),
      },
    });
    const firstDelayMs = parts.retryDelaysMs[0] ?? 0;
    for (const endpoint of endpoints.filter((candidate) => wants(candidate, eventType))) {
      await rows.sql(
        `insert into webhook_delivery (tenant_id, delivery_id, endpoint_id, event_id, event_type,
           body, status, attempt_count, next_attempt_time, create_time)
         values ($1, $2, $3, $4, $5, $6, 'pending', 0,
           $7::timestamptz + $8::int * interval '1 ms', $7)
         on conflict (tenant_id, endpoint_id, event_id) do nothing`,
        [
          event.tenantId,
          newId('whd'),
          endpoint.endpointId,
          event.id,
          eventType,
          body,
          event.time,
          firstDelayMs,
        ],
      );
    }
  };
}
