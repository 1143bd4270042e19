import type { MessageInitShape } from '@bufbuild/protobuf';
import { toProtoTime } from '@tollgate/api';
import type { WebhookDeliverySchema } from '@tollgate/api/tollgate/notification/v1/notification_service';
import type { Delivery } from './domain/delivery.ts';

/** The delivery as callers see it, with every attempt. */
export function toProtoDelivery(
  delivery: Delivery,
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
      attemptTime: toProtoTime(attemptTime),
    })),
  };
}
