import { defineEntity, type InferEntity } from '@mikro-orm/core';
import type { TenantId } from '@tollgate/api';
import type { WebhookEndpointStatus, WebhookEventType } from '@tollgate/api/words';
import { InstantColumn } from '@tollgate/runtime/database';

const p = defineEntity.properties;

/** Table `webhook_endpoint`. */
export const EndpointRow = defineEntity({
  name: 'EndpointRow',
  tableName: 'webhook_endpoint',
  properties: {
    endpointId: p.text().primary(),
    tenantId: p.text().$type<TenantId>(),
    url: p.text(),
    eventTypes: p.array().$type<WebhookEventType[]>(),
    secretSealed: p.uint8array(),
    status: p.text().$type<WebhookEndpointStatus>(),
    disabledReason: p.text(),
    createTime: p.type(InstantColumn).$type<Temporal.Instant>(),
  },
});

/** A row of `webhook_endpoint`. */
export type EndpointRow = InferEntity<typeof EndpointRow>;
