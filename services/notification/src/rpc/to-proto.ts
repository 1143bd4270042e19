import type { MessageInitShape } from '@bufbuild/protobuf';
import { toProtoTime } from '@tollgate/api';
import type {
  WebhookDeliverySchema,
  WebhookEndpointSchema,
} from '@tollgate/api/tollgate/notification/v1/notification_service';
import type { WebhookEndpoint } from '../domain/endpoint.ts';
import type { ListedDelivery } from '../store/delivery-store.ts';

/** The endpoint as callers see it. */
export function toProtoEndpoint(
  endpoint: WebhookEndpoint,
): MessageInitShape<typeof WebhookEndpointSchema> {
  return {
    endpointId: endpoint.endpointId,
    url: endpoint.url,
    eventTypes: [...endpoint.eventTypes],
    status: endpoint.status,
    disabledReason: endpoint.disabledReason,
    createTime: toProtoTime(endpoint.createTime),
  };
}

/** The delivery as callers see it, with every attempt. */
export function toProtoDelivery(
  delivery: ListedDelivery,
): MessageInitShape<typeof WebhookDeliverySchema> {
  return {
    deliveryId: delivery.deliveryId,
    endpointId: delivery.endpointId,
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    status: delivery.status,
    createTime: toProtoTime(delivery.createTime),
    ...(delivery.nextAttemptTime ? { nextAttemptTime: toProtoTime(delivery.nextAttemptTime) } : {}),
    attempts: delivery.attempts.map(({ attemptTime, ...attempt }) => ({
      ...attempt,
      attemptTime: toProtoTime(Temporal.Instant.from(attemptTime)),
    })),
  };
}
