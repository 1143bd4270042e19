import type { Database } from '@tollgate/runtime/database';
import type { RpcHandler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import type { Counters } from './counters/connect.ts';
import { getRateLimit } from './limits-left/get-rate-limit.ts';
import type { Policies } from './policies/policies.ts';
import type { Restorer } from './snapshots/restorer.ts';
import { createSaveBeforeRead } from './snapshots/save-before-read.ts';
import type { Saver } from './snapshots/save-counters.ts';
import { getBillableUsage } from './usage/get-billable-usage.ts';
import { getUsage } from './usage/get-usage.ts';

/** Every RPC that Metering serves. */
export function routes({
  database,
  counters,
  policies,
  saver,
  restorer,
  clock,
}: {
  database: Database;
  counters: Counters;
  policies: Policies;
  saver: Saver;
  restorer: Restorer;
  clock: Clock;
}): RpcHandler[] {
  const freshUsage = createSaveBeforeRead({ saver, restorer });
  return [
    getUsage({ database, freshUsage, clock }),
    getRateLimit({ policies, counters, restorer }),
    getBillableUsage({ database, freshUsage }),
  ];
}
