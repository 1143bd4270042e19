import type { TenantId } from '@tollgate/api';
import type { Rows } from '@tollgate/runtime/database';
import { notFound } from '@tollgate/runtime/errors';
import { ENDPOINTS_MAX, type WebhookEndpoint } from './domain/endpoint.ts';
import { EndpointRow } from './endpoint-row.ts';

/** The endpoint with this id, of the transaction's tenant. Throws NOT_FOUND. */
export async function findEndpoint(rows: Rows, endpointId: string): Promise<WebhookEndpoint> {
  const row = await rows.find(EndpointRow, { endpointId });
  if (!row) throw notFound('webhook endpoint', endpointId);
  return fromRow(row);
}

/** The tenant's endpoints, newest first. */
export async function listEndpoints(rows: Rows, tenantId: TenantId): Promise<WebhookEndpoint[]> {
  const options = { orderBy: { endpointId: 'desc' }, limit: ENDPOINTS_MAX } as const;
  return (await rows.findAll(EndpointRow, { tenantId }, options)).map(fromRow);
}

/** Inserts an endpoint with its secret, which is read by the delivery of a message alone. */
export function insertEndpoint(
  rows: Rows,
  { endpoint, secretSealed }: { endpoint: WebhookEndpoint; secretSealed: Uint8Array },
): void {
  rows.insert(EndpointRow, {
    ...endpoint,
    eventTypes: [...endpoint.eventTypes],
    secretSealed,
  });
}

/** Stops an endpoint, and says why. */
export async function disableEndpoint(
  rows: Rows,
  { endpointId, reason }: { endpointId: string; reason: string },
): Promise<void> {
  await rows.sql(
    `update webhook_endpoint set status = 'disabled', disabled_reason = $2 where endpoint_id = $1`,
    [endpointId, reason],
  );
}

/** Deletes an endpoint, its deliveries with it. Throws NOT_FOUND. */
export async function deleteEndpoint(rows: Rows, endpointId: string): Promise<void> {
  const row = await rows.find(EndpointRow, { endpointId }, { lock: 'update' });
  if (!row) throw notFound('webhook endpoint', endpointId);
  rows.remove(row);
}

function fromRow(row: EndpointRow): WebhookEndpoint {
  return {
    endpointId: row.endpointId,
    tenantId: row.tenantId,
    url: row.url,
    eventTypes: row.eventTypes,
    status: row.status,
    disabledReason: row.disabledReason,
    createTime: row.createTime,
  };
}
