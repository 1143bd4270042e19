import type { EventType } from '@tollgate/api';
import { subscriptionChanged, usageThresholdReached } from '@tollgate/api/events';
import type { WebhookEventType } from '@tollgate/api/words';

/** The events that are delivered, each under the word by which endpoints ask for it. */
export const webhookEvents = {
  'usage.threshold_reached': usageThresholdReached,
  'subscription.changed': subscriptionChanged,
} as const satisfies Readonly<Record<WebhookEventType, EventType>>;
