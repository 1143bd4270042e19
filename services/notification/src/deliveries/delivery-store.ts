import type { WebhookDeliveryStatus } from '@tollgate/api/words';
import type { Rows } from '@tollgate/runtime/database';
import type { Attempt, ClaimedDelivery, Delivery, NewDelivery } from './domain/delivery.ts';

/** Inserts a delivery that is due at its time; nothing where its event is on its way there. */
export async function insertDelivery(rows: Rows, delivery: NewDelivery): Promise<void> {
  await rows.sql(
    `insert into webhook_delivery (tenant_id, delivery_id, endpoint_id, event_id, event_type,
       body, status, attempt_count, next_attempt_time, create_time)
     values ($1, $2, $3, $4, $5, $6, 'pending', 0, $7, $8)
     on conflict (tenant_id, endpoint_id, event_id) do nothing`,
    [
      delivery.tenantId,
      delivery.deliveryId,
      delivery.endpointId,
      delivery.eventId,
      delivery.eventType,
      delivery.body,
      delivery.nextAttemptTime,
      delivery.createTime,
    ],
  );
}

/**
 * Claims due deliveries for `leaseMs`: one of each endpoint, and none of those in `busy`, so that a
 * slow target holds up nobody else. A lease that ran out (its process died) is due again. Runs as
 * the system.
 */
export function claimDueDeliveries(
  rows: Rows,
  claim: { now: Temporal.Instant; leaseMs: number; limit: number; busy: readonly string[] },
): Promise<ClaimedDelivery[]> {
  return rows.sql<ClaimedDelivery>(
    `with due as (
       select delivery_id from (
         select delivery_id, next_attempt_time,
           row_number() over (partition by endpoint_id order by next_attempt_time) as place
         from webhook_delivery
         where status = 'pending' and next_attempt_time <= $1
           and (lease_time is null or lease_time <= $1)
           and endpoint_id <> all($4::text[])
       ) ranked
       where place = 1 order by next_attempt_time limit $3
     ), locked as (
       select d.delivery_id from webhook_delivery d join due using (delivery_id)
       -- Judged again, because it is the newest version that is locked: another process may
       -- have finished the delivery since this statement began to look.
       where d.status = 'pending' and d.next_attempt_time <= $1
         and (d.lease_time is null or d.lease_time <= $1)
       for update of d skip locked
     )
     update webhook_delivery d set lease_time = $1::timestamptz + $2::int * interval '1 ms'
       from locked, webhook_endpoint e
      where d.delivery_id = locked.delivery_id and e.endpoint_id = d.endpoint_id
     returning d.tenant_id as "tenantId", d.delivery_id as "deliveryId",
       d.endpoint_id as "endpointId", d.event_id as "eventId", d.body,
       d.attempt_count as "attemptCount", e.url, e.secret_sealed as "secretSealed"`,
    [claim.now, claim.leaseMs, claim.limit, claim.busy],
  );
}

/**
 * Moves a claimed delivery on, to its next attempt where one is `due`. False, and nothing happened,
 * where it is gone or another process took over.
 */
export async function moveDelivery(
  rows: Rows,
  moved: {
    delivery: ClaimedDelivery;
    status: WebhookDeliveryStatus;
    due: Temporal.Instant | undefined;
  },
): Promise<boolean> {
  const { delivery, status, due } = moved;
  const found = await rows.sql(
    `update webhook_delivery set status = $2, attempt_count = $3 + 1, next_attempt_time = $4,
       lease_time = null
      where delivery_id = $1 and status = 'pending' and attempt_count = $3 returning 1 as moved`,
    [delivery.deliveryId, status, delivery.attemptCount, due ?? null],
  );
  return found.length === 1;
}

/** Inserts the attempt that a claimed delivery came to. */
export async function insertAttempt(
  rows: Rows,
  { delivery, attempt }: { delivery: ClaimedDelivery; attempt: Attempt },
): Promise<void> {
  await rows.sql(
    `insert into webhook_attempt (tenant_id, delivery_id, attempt_number, attempt_time,
       status_code, duration_ms, error) values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      delivery.tenantId,
      delivery.deliveryId,
      delivery.attemptCount + 1,
      attempt.attemptTime,
      attempt.statusCode,
      attempt.durationMs,
      attempt.error,
    ],
  );
}

/** Ends what is still on its way to an endpoint. */
export async function giveUpDeliveries(rows: Rows, endpointId: string): Promise<void> {
  await rows.sql(
    `update webhook_delivery set status = 'dead', next_attempt_time = null, lease_time = null
      where endpoint_id = $1 and status = 'pending'`,
    [endpointId],
  );
}

/** Deliveries of the transaction's tenant before `before` (a delivery id), newest first. */
export async function listDeliveries(
  rows: Rows,
  filter: { endpointId: string; status: WebhookDeliveryStatus | ''; before: string; limit: number },
): Promise<Delivery[]> {
  const found = await rows.sql<ListedRow>(
    `select d.delivery_id as "deliveryId", d.endpoint_id as "endpointId", d.event_id as "eventId",
       d.event_type as "eventType", d.status, d.next_attempt_time as "nextAttemptTime",
       d.create_time as "createTime",
       coalesce((select jsonb_agg(jsonb_build_object(
           'attemptTime', a.attempt_time, 'statusCode', a.status_code,
           'durationMs', a.duration_ms, 'error', a.error) order by a.attempt_number)
         from webhook_attempt a where a.delivery_id = d.delivery_id), '[]'::jsonb) as attempts
     from webhook_delivery d
     where ($1 = '' or d.endpoint_id = $1) and ($2 = '' or d.status = $2)
       and ($3 = '' or d.delivery_id < $3)
     order by d.delivery_id desc limit $4`,
    [filter.endpointId, filter.status, filter.before, filter.limit],
  );
  return found.map(fromRow);
}

/** What a list reads: times inside of JSON are texts. */
interface ListedRow extends Omit<Delivery, 'nextAttemptTime' | 'attempts'> {
  readonly nextAttemptTime: Temporal.Instant | null;
  readonly attempts: readonly (Omit<Attempt, 'attemptTime'> & { readonly attemptTime: string })[];
}

function fromRow({ nextAttemptTime, attempts, ...delivery }: ListedRow): Delivery {
  return {
    ...delivery,
    ...(nextAttemptTime ? { nextAttemptTime } : {}),
    attempts: attempts.map(({ attemptTime, ...attempt }) => ({
      ...attempt,
      attemptTime: Temporal.Instant.from(attemptTime),
    })),
  };
}
