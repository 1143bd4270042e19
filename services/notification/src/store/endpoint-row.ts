import { defineEntity, type InferEntity } from '@mikro-orm/core';
import type { TenantId } from '@tollgate/api';
import type { WebhookEndpointStatus, WebhookEventType } from '@tollgate/api/words';
import { InstantColumn } from '@tollgate/runtime/database';
import type { WebhookEndpoint } from '../domain/endpoint.ts';

const p = defineEntity.properties;

/** Table `webhook_endpoint`. */
export const EndpointRow = defineEntity({
  name: 'EndpointRow',
  tableName: 'webhook_endpoint',
  properties: {
    endpointId: p.text().primary(),
    tenantId: p.text(),
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

/** The endpoint that a row holds, without its secret. */
export function fromEndpointRow(row: EndpointRow): WebhookEndpoint {
  return {
    endpointId: row.endpointId,
    tenantId: row.tenantId as TenantId,
    url: row.url,
    eventTypes: row.eventTypes,
    status: row.status,
    disabledReason: row.disabledReason,
    createTime: row.createTime,
  };
}
