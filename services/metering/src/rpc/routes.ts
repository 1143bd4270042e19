import type { Database } from '@tollgate/runtime/database';
import type { RpcHandler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import type { Counters } from '../counters/connect.ts';
import type { Policies } from '../counters/policies.ts';
import type { Restorer } from '../counters/restore-tenant.ts';
import type { Saver } from '../counters/save-counters.ts';
import { createFreshUsage } from '../ledger/fresh-usage.ts';
import { getBillableUsage } from './get-billable-usage.ts';
import { getRateLimit } from './get-rate-limit.ts';
import { getUsage } from './get-usage.ts';

/** Every RPC that Metering serves. */
export function routes(parts: {
  database: Database;
  counters: Counters;
  policies: Policies;
  saver: Saver;
  restorer: Restorer;
  clock: Clock;
}): RpcHandler[] {
  const { database, clock } = parts;
  const freshUsage = createFreshUsage(parts);
  return [
    getUsage({ database, freshUsage, clock }),
    getRateLimit(parts),
    getBillableUsage({ database, freshUsage }),
  ];
}
