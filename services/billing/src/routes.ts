import type { Client } from '@connectrpc/connect';
import type { MeteringInternalService } from '@tollgate/api/tollgate/metering/v1/metering_internal_service';
import type { Database } from '@tollgate/runtime/database';
import type { RpcHandler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { calculateBill } from './bills/calculate-bill.ts';
import { createPlan } from './catalogue/create-plan.ts';
import { listPlans } from './catalogue/list-plans.ts';
import { getEntitlements } from './subscriptions/get-entitlements.ts';
import { listSubscriptions } from './subscriptions/list-subscriptions.ts';
import { upgrade } from './subscriptions/upgrade.ts';

/** Every RPC of Billing with what it needs. */
export function routes({
  database,
  metering,
  clock,
}: {
  database: Database;
  metering: Client<typeof MeteringInternalService>;
  clock: Clock;
}): RpcHandler[] {
  return [
    listPlans({ database }),
    createPlan({ database, clock }),
    listSubscriptions({ database, clock }),
    upgrade({ database, clock }),
    calculateBill({ database, metering, clock }),
    getEntitlements({ database }),
  ];
}
