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

/** The endpoint as it is from now on: nothing is sent to it any more, and its owner sees why. */
export function disabled(endpoint: WebhookEndpoint, reason: string): WebhookEndpoint {
  return { ...endpoint, status: 'disabled', disabledReason: reason };
}

/** Whether the endpoint takes part in an event. */
export function wants(endpoint: WebhookEndpoint, eventType: WebhookEventType): boolean {
  if (endpoint.status !== 'active') return false;
  return endpoint.eventTypes.length === 0 || endpoint.eventTypes.includes(eventType);
}
