import type { TenantId } from '@tollgate/api';
import type { Rows } from '@tollgate/runtime/database';
import type { WebhookEndpoint } from './domain/endpoint.ts';
import { EndpointRow } from './endpoint-row.ts';

/** The endpoint with this id, of the transaction's tenant; locked, it stays as it is for others. */
export async function findEndpoint(
  rows: Rows,
  endpointId: string,
  options: { lock?: 'update' } = {},
): Promise<WebhookEndpoint | undefined> {
  const row = await rows.find(EndpointRow, { endpointId }, options);
  return row ? fromRow(row) : undefined;
}

/**
 * Every endpoint of the tenant, newest first. Without a limit: what its creation lets in is few, and
 * of what is there, however it came, none may be left out.
 */
export async function endpointsOf(rows: Rows, tenantId: TenantId): Promise<WebhookEndpoint[]> {
  const found = await rows.findAll(EndpointRow, { tenantId }, { orderBy: { endpointId: 'desc' } });
  return found.map(fromRow);
}

/** The tenant's `limit` newest endpoints, newest first. */
export async function listEndpoints(
  rows: Rows,
  { tenantId, limit }: { tenantId: TenantId; limit: number },
): Promise<WebhookEndpoint[]> {
  const options = { orderBy: { endpointId: 'desc' }, limit } as const;
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

/** Writes what of an endpoint that this transaction has locked may change: whether it is called. */
export async function updateEndpoint(rows: Rows, after: WebhookEndpoint): Promise<void> {
  const row = await lockedRow(rows, after);
  row.status = after.status;
  row.disabledReason = after.disabledReason;
}

/** Deletes an endpoint that this transaction has locked, its deliveries with it. */
export async function deleteEndpoint(rows: Rows, endpoint: WebhookEndpoint): Promise<void> {
  rows.remove(await lockedRow(rows, endpoint));
}

async function lockedRow(rows: Rows, { endpointId }: WebhookEndpoint): Promise<EndpointRow> {
  const row = await rows.find(EndpointRow, { endpointId });
  if (!row) throw new Error(`webhook endpoint ${endpointId} is not there to be written`);
  return row;
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
