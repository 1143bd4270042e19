import type { MessageInitShape } from '@bufbuild/protobuf';
import { toProtoTime } from '@tollgate/api';
import type { WebhookEndpointSchema } from '@tollgate/api/tollgate/notification/v1/notification_service';
import type { WebhookEndpoint } from './domain/endpoint.ts';

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
