import type { Client } from '@connectrpc/connect';
import { degradedHeader, toProtoTime } from '@tollgate/api';
import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import type { MeteringInternalService } from '@tollgate/api/tollgate/metering/v1/metering_internal_service';
import { MoneyError } from '@tollgate/money';
import type { Database } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { inCatalogue } from '../catalogue/catalogue-store.ts';
import type { Plan } from '../catalogue/domain/plan.ts';
import { amountOutOfRange, noSubscription } from '../errors.ts';
import { getPeriod } from '../subscriptions/period-store.ts';
import { findSubscription } from '../subscriptions/subscription-store.ts';
import { toProtoBill } from './bill-proto.ts';
import { type Bill, billMonth, METER } from './domain/bill-month.ts';

/**
 * The bill of the current month so far: the usage that Metering has counted for live credentials,
 * rated with the plan version that the tenant is subscribed to. NO_SUBSCRIPTION; AMOUNT_OUT_OF_RANGE
 * for usage that comes to more than any amount; when Metering does not answer
 * DEPENDENCY_UNAVAILABLE, because a bill without usage would be a wrong number. When it answers from
 * its last snapshot, the bill carries `x-tollgate-degraded: true` as well.
 */
export function calculateBill({
  database,
  metering,
  clock,
}: {
  database: Database;
  metering: Client<typeof MeteringInternalService>;
  clock: Clock;
}) {
  return handler(BillingService.method.calculateBill, async (_, call) => {
    const { plan, period } = await database.read(call, async (rows) => {
      const subscription = await findSubscription(rows, call.tenantId);
      if (!subscription) throw noSubscription(call.tenantId);
      return {
        period: await getPeriod(rows, subscription, clock.now()),
        plan: await inCatalogue(rows, (catalogue) => catalogue.getPlan(subscription.plan)),
      };
    });

    const { quantity: usage } = await metering.getBillableUsage(
      {
        tenantId: call.tenantId,
        environment: 'live',
        meter: METER,
        start: toProtoTime(period.start),
        end: toProtoTime(period.end),
      },
      {
        signal: call.signal,
        onHeader: (header) => {
          const degraded = header.get(degradedHeader);
          if (degraded !== null) call.answerHeader.set(degradedHeader, degraded);
        },
      },
    );
    return toProtoBill(rate(plan, usage), { plan, period, usage });
  });
}

/** Prices may be as high as amounts, and usage has no bound: only together they are too much. */
function rate(plan: Plan, usage: bigint): Bill {
  try {
    return billMonth(plan, usage);
  } catch (error) {
    if (error instanceof MoneyError && error.reason === 'OUT_OF_RANGE')
      throw amountOutOfRange(plan);
    throw error;
  }
}
