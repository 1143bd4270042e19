import type { TenantId } from '@tollgate/api';
import type { WebhookDeliveryStatus, WebhookEventType } from '@tollgate/api/words';
import type { Database, Rows } from '@tollgate/runtime/database';
import type { AttemptOutcome, NextStep } from '../domain/retry.ts';

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

/** A delivery as it is listed, attempts included. */
export interface ListedDelivery {
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly eventType: WebhookEventType;
  readonly status: WebhookDeliveryStatus;
  readonly nextAttemptTime: Temporal.Instant | null;
  readonly createTime: Temporal.Instant;
  readonly attempts: readonly ListedAttempt[];
}

/** One attempt as it is listed. */
export interface ListedAttempt {
  readonly attemptTime: string;
  readonly statusCode: number;
  readonly durationMs: number;
  readonly error: string;
}

/**
 * Claims due deliveries for `leaseMs`: one of each endpoint, and none of those in `busy`, so that a
 * slow target holds up nobody else. A lease that ran out (its process died) is due again.
 */
export async function claimDueDeliveries(
  database: Database,
  claim: { now: Temporal.Instant; leaseMs: number; limit: number; busy: readonly string[] },
): Promise<ClaimedDelivery[]> {
  return database.system((rows) =>
    rows.sql<ClaimedDelivery>(
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
    ),
  );
}

/** Writes an attempt down and moves the delivery on; both or neither. */
export async function recordAttempt(
  database: Database,
  attempt: {
    delivery: ClaimedDelivery;
    outcome: AttemptOutcome;
    next: NextStep;
    at: Temporal.Instant;
    now: Temporal.Instant;
    durationMs: number;
  },
): Promise<void> {
  const { delivery, outcome, next, at, durationMs } = attempt;
  const number = delivery.attemptCount + 1;
  await database.write({ tenantId: delivery.tenantId }, async (rows) => {
    const moved = await moveOn(rows, attempt);
    // The endpoint was removed, or another process took over after the lease: nothing to record.
    if (!moved) return;
    await rows.sql(
      `insert into webhook_attempt (tenant_id, delivery_id, attempt_number, attempt_time,
         status_code, duration_ms, error) values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        delivery.tenantId,
        delivery.deliveryId,
        number,
        at,
        outcome.kind === 'answered' ? outcome.statusCode : 0,
        durationMs,
        errorText(outcome),
      ],
    );
    if (next.step === 'dead-and-disable') {
      await disableEndpoint(rows, { endpointId: delivery.endpointId, reason: next.reason });
    }
  });
}

const STATUS_AFTER: Record<NextStep['step'], WebhookDeliveryStatus> = {
  delivered: 'delivered',
  retry: 'pending',
  dead: 'dead',
  'dead-and-disable': 'dead',
};

async function moveOn(
  rows: Rows,
  { delivery, next, now }: { delivery: ClaimedDelivery; next: NextStep; now: Temporal.Instant },
): Promise<boolean> {
  const status = STATUS_AFTER[next.step];
  const due = next.step === 'retry' ? now.add({ milliseconds: next.delayMs }) : null;
  const moved = await rows.sql(
    `update webhook_delivery set status = $2, attempt_count = $3 + 1, next_attempt_time = $4,
       lease_time = null
      where delivery_id = $1 and status = 'pending' and attempt_count = $3 returning 1 as moved`,
    [delivery.deliveryId, status, delivery.attemptCount, due],
  );
  return moved.length === 1;
}

/** Stops an endpoint; what was still on its way to it is dead. */
async function disableEndpoint(
  rows: Rows,
  { endpointId, reason }: { endpointId: string; reason: string },
): Promise<void> {
  await rows.sql(
    `update webhook_endpoint set status = 'disabled', disabled_reason = $2 where endpoint_id = $1`,
    [endpointId, reason],
  );
  await rows.sql(
    `update webhook_delivery set status = 'dead', next_attempt_time = null, lease_time = null
      where endpoint_id = $1 and status = 'pending'`,
    [endpointId],
  );
}

function errorText(outcome: AttemptOutcome): string {
  if (outcome.kind === 'failed') return outcome.cause;
  const isSuccess = outcome.statusCode >= 200 && outcome.statusCode < 300;
  return isSuccess ? '' : `answered ${outcome.statusCode}`;
}

/** Deliveries of the transaction's tenant before `before` (a delivery id), newest first. */
export function listDeliveries(
  rows: Rows,
  filter: { endpointId: string; status: WebhookDeliveryStatus | ''; before: string; limit: number },
): Promise<ListedDelivery[]> {
  return rows.sql<ListedDelivery>(
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
}
