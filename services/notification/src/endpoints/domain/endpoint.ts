import type { TenantId } from '@tollgate/api';
import type { WebhookEndpointStatus, WebhookEventType } from '@tollgate/api/words';

/** Most endpoints one tenant may have. */
export const ENDPOINTS_MAX = 20;

/** Where a tenant wants its events. */
export interface WebhookEndpoint {
  readonly endpointId: string;
  readonly tenantId: TenantId;
  readonly url: string;
  /** Empty: all. */
  readonly eventTypes: readonly WebhookEventType[];
  readonly status: WebhookEndpointStatus;
  readonly disabledReason: string;
  readonly createTime: Temporal.Instant;
}

/** Whether the endpoint takes part in an event. */
export function wants(endpoint: WebhookEndpoint, eventType: WebhookEventType): boolean {
  if (endpoint.status !== 'active') return false;
  return endpoint.eventTypes.length === 0 || endpoint.eventTypes.includes(eventType);
}
