import type { TenantId } from '@tollgate/api';

/** Most endpoints one tenant may have. */
export const ENDPOINTS_MAX = 20;

/** Where a tenant wants its events. */
export interface WebhookEndpoint {
  readonly endpointId: string;
  readonly tenantId: TenantId;
  readonly url: string;
  /** Empty: all. */
  readonly eventTypes: readonly string[];
  readonly status: 'active' | 'disabled';
  readonly disabledReason: string;
  readonly createTime: Temporal.Instant;
}

/** Whether the endpoint takes part in an event. */
export function wants(endpoint: WebhookEndpoint, eventType: string): boolean {
  if (endpoint.status !== 'active') return false;
  return endpoint.eventTypes.length === 0 || endpoint.eventTypes.includes(eventType);
}
