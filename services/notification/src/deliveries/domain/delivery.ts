import type { TenantId } from '@tollgate/api';
import type { WebhookDeliveryStatus, WebhookEventType } from '@tollgate/api/words';

/** One event on its way to one endpoint. */
export interface Delivery {
  /** `whd_…` */
  readonly deliveryId: string;
  /** `whe_…` */
  readonly endpointId: string;
  /** `evt_…`, the same on every attempt. */
  readonly eventId: string;
  readonly eventType: WebhookEventType;
  readonly status: WebhookDeliveryStatus;
  readonly createTime: Temporal.Instant;
  /** When the next attempt is due; absent unless pending. */
  readonly nextAttemptTime?: Temporal.Instant;
  /** Oldest first. */
  readonly attempts: readonly Attempt[];
}

/** One attempt of a delivery. */
export interface Attempt {
  readonly attemptTime: Temporal.Instant;
  /** The target's HTTP status; 0 when none came. */
  readonly statusCode: number;
  readonly durationMs: number;
  /** What went wrong; empty on success. */
  readonly error: string;
}

/** A delivery before its first attempt. */
export interface NewDelivery extends Omit<Delivery, 'status' | 'attempts'> {
  readonly tenantId: TenantId;
  /** What is sent, the same bytes on every attempt. */
  readonly body: string;
  readonly nextAttemptTime: Temporal.Instant;
}

/** A delivery that this process may attempt until its lease ends. */
export interface ClaimedDelivery {
  readonly tenantId: TenantId;
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly body: string;
  /** Attempts that were made before. */
  readonly attemptCount: number;
  readonly url: string;
  readonly secretSealed: Uint8Array;
}
