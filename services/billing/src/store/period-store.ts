import type { Database, Rows } from '@tollgate/runtime/database';
import type { Clock } from '@tollgate/runtime/service';
import { type BillingPeriod, periodsInAdvance } from '../domain/billing-period.ts';
import type { Subscription } from '../domain/subscription.ts';

/** Subscriptions that one run extends in one transaction: some milliseconds of work. */
const BATCH = 1_000;

/** A period of a named subscription. */
type OwnedPeriod = BillingPeriod & { readonly tenantId: string; readonly subscriptionId: string };

/**
 * Stores the first periods of a new subscription: the calendar month in which it begins and the one
 * after. Answers the first.
 */
export async function openPeriods(rows: Rows, subscription: Subscription): Promise<BillingPeriod> {
  const { createTime } = subscription;
  const periods = periodsInAdvance({ number: 1, from: createTime, now: createTime });
  await insertPeriods(
    rows,
    periods.map((period) => ({ ...period, ...ownerOf(subscription) })),
  );
  const [first] = periods;
  if (!first) throw new Error('A subscription has a first period.');
  return first;
}

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
 * Stores the missing periods of all subscriptions, up to the month after now, some at a time. Safe
 * to repeat and to run in several processes at once.
 */
export async function rollAllPeriods(database: Database, clock: Clock): Promise<void> {
  const now = clock.now();
  while ((await database.system((rows) => rollPeriods(rows, now))) > 0);
}

/**
 * Stores the periods that are missing up to the month after `now`, for at most 1,000 subscriptions
 * of any tenant. Answers how many it extended: 0 means that none is left. Needs a system
 * transaction.
 */
async function rollPeriods(rows: Rows, now: Temporal.Instant): Promise<number> {
  const { end: horizon } = newestPeriod(now);
  const due = await rows.sql<{
    tenantId: string;
    subscriptionId: string;
    number: number;
    end: Temporal.Instant;
  }>(
    `select s.tenant_id as "tenantId", s.subscription_id as "subscriptionId",
       last.number, last.period_end as "end"
     from subscription s
     cross join lateral (
       select number, period_end from period p
       where p.tenant_id = s.tenant_id and p.subscription_id = s.subscription_id
       order by number desc limit 1
     ) last
     where s.status = 'active' and last.period_end < $1
     order by s.tenant_id, s.subscription_id limit $2`,
    [horizon, BATCH],
  );
  const missing = due.flatMap(({ number, end, ...owner }) =>
    periodsInAdvance({ number: number + 1, from: end, now }).map((period) => ({
      ...period,
      ...owner,
    })),
  );
  await insertPeriods(rows, missing);
  return due.length;
}

function newestPeriod(now: Temporal.Instant): BillingPeriod {
  const newest = periodsInAdvance({ number: 1, from: now, now }).at(-1);
  if (!newest) throw new Error('There is a month after every instant.');
  return newest;
}

async function insertPeriods(rows: Rows, periods: readonly OwnedPeriod[]): Promise<void> {
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

function ownerOf({ tenantId, subscriptionId }: Subscription) {
  return { tenantId, subscriptionId };
}
