import type { Rows } from '@tollgate/runtime/database';
import type { BillingPeriod, SubscriptionPeriod } from './domain/billing-period.ts';
import type { Subscription } from './domain/subscription.ts';

/**
 * The stored period that contains the instant; the first one for an instant before it, which a
 * machine may ask for whose clock is a little behind. Throws when there is none: periods never end.
 */
export async function getPeriod(
  rows: Rows,
  { tenantId, subscriptionId }: Pick<Subscription, 'tenantId' | 'subscriptionId'>,
  at: Temporal.Instant,
): Promise<BillingPeriod> {
  const [period] = await rows.sql<BillingPeriod>(
    `select number, period_start as "start", period_end as "end" from period
     where tenant_id = $1 and subscription_id = $2 and period_end > $3
     order by number limit 1`,
    [tenantId, subscriptionId, at],
  );
  if (!period) throw new Error(`Subscription ${subscriptionId} has no period at ${at.toString()}.`);
  return period;
}

/**
 * The last stored period of each active subscription of any tenant whose last one ends before the
 * instant, at most `limit`. Needs a system transaction.
 */
export async function findLastPeriods(
  rows: Rows,
  { endBefore, limit }: { readonly endBefore: Temporal.Instant; readonly limit: number },
): Promise<SubscriptionPeriod[]> {
  return rows.sql<SubscriptionPeriod>(
    `select s.tenant_id as "tenantId", s.subscription_id as "subscriptionId",
       last.number, last.period_start as "start", last.period_end as "end"
     from subscription s
     cross join lateral (
       select number, period_start, period_end from period p
       where p.tenant_id = s.tenant_id and p.subscription_id = s.subscription_id
       order by number desc limit 1
     ) last
     where s.status = 'active' and last.period_end < $1
     order by s.tenant_id, s.subscription_id limit $2`,
    [endBefore, limit],
  );
}

/** Stores periods; one that is there already stays as it is. */
export async function insertPeriods(
  rows: Rows,
  periods: readonly SubscriptionPeriod[],
): Promise<void> {
  if (periods.length === 0) return;
  await rows.sql(
    `insert into period (tenant_id, subscription_id, number, period_start, period_end)
     select * from unnest($1::text[], $2::text[], $3::int[], $4::timestamptz[], $5::timestamptz[])
     on conflict do nothing`,
    [
      periods.map(({ tenantId }) => tenantId),
      periods.map(({ subscriptionId }) => subscriptionId),
      periods.map(({ number }) => number),
      periods.map(({ start }) => start),
      periods.map(({ end }) => end),
    ],
  );
}
