import type { TenantId } from '@tollgate/api';
import { usageThresholdReached } from '@tollgate/api/events';
import { NotificationService } from '@tollgate/api/tollgate/notification/v1/notification_service';
import { eventually, type TestService, user } from '@tollgate/testkit';

/** For deliveries to this machine: retries come after 10 s and 60 s, a target has 2 s to answer. */
export const deliverySettings = {
  TOLLGATE_WEBHOOK_ALLOW_PRIVATE_TARGETS: 'true',
  TOLLGATE_WEBHOOK_RETRY_DELAYS: '0s,10s,60s',
  TOLLGATE_WEBHOOK_TIMEOUT_MS: '2000',
};

/** Publishes `usage.threshold_reached` as Metering does; both ids are new by default. */
export function publishThreshold(
  { place }: TestService,
  tenantId: TenantId,
  ids: { readonly id?: string; readonly messageId?: string } = {},
): Promise<string> {
  const limitId = 'requests-per-month';
  return place.publishAs(usageThresholdReached, {
    ...ids,
    tenantId,
    entityId: limitId,
    entityVersion: 3n,
    payload: {
      tenantId,
      environment: 'live',
      meter: 'requests',
      limitId,
      thresholdPercent: 80,
      limit: 1_000n,
      usage: 800n,
    },
  });
}

/** Resolves when the tenant's only delivery is in this state after so many attempts. */
export async function untilDelivery(
  notification: TestService,
  tenantId: TenantId,
  { status, attempts }: { readonly status: string; readonly attempts: number },
): Promise<void> {
  const client = notification.client(NotificationService, user(tenantId));
  await eventually({ withinMs: 10_000 }, async () => {
    const { deliveries } = await client.listWebhookDeliveries({});
    const seen = deliveries.map((one) => `${one.status} after ${one.attempts.length}`);
    const wanted = `${status} after ${attempts}`;
    if (seen.join() !== wanted) throw new Error(`${seen.join()} instead of ${wanted}`);
  });
}

/**
 * Adds endpoints of the same tenant, url and wishes behind the service's back, as many as asked for.
 * The secret is sealed for the first one alone, so that nothing ever leaves for these.
 */
export async function insertEndpointsLike(
  { place }: TestService,
  endpointId: string,
  endpointIds: readonly string[],
): Promise<void> {
  await place.database.sql(
    `insert into notification.webhook_endpoint (tenant_id, endpoint_id, url, event_types,
       secret_sealed, status, disabled_reason, create_time)
     select tenant_id, another, url, event_types, secret_sealed, status, disabled_reason, create_time
       from notification.webhook_endpoint, unnest($2::text[]) as another
      where endpoint_id = $1`,
    [endpointId, endpointIds],
  );
}
