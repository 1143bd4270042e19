import { BillingInternalService } from '@tollgate/api/tollgate/billing/v1/billing_internal_service';
import { EntitlementsChangedSchema } from '@tollgate/api/tollgate/billing/v1/events';
import { type Database, openDatabase } from '@tollgate/runtime/database';
import { type EventBus, openEventBus } from '@tollgate/runtime/events';
import { internalClient } from '@tollgate/runtime/rpc';
import type { Platform } from '@tollgate/runtime/service';
import { type Counters, openCounters } from './counters/connect.ts';
import { createGiveBack, type GiveBack } from './counters/give-back.ts';
import { createGroupCommit, type Decider } from './counters/group-commit.ts';
import { createPolicies, type Policies } from './counters/policies.ts';
import { createRestorer, type Restorer } from './counters/restore-tenant.ts';
import { createSaver, type Saver } from './counters/save-counters.ts';
import type { CountersConfig } from './counters-config.ts';
import { migrations } from './store/migrations/index.ts';

/** What gate and ledger both count with. */
export interface Counting {
  readonly database: Database;
  readonly bus: EventBus;
  readonly counters: Counters;
  readonly decider: Decider;
  readonly saver: Saver;
  readonly restorer: Restorer;
  readonly giveBack: GiveBack;
  readonly policies: Policies;
}

/** Opens the counters with everything that keeps them right; `opened` closes it. */
export async function openCounting(
  opened: AsyncDisposableStack,
  config: CountersConfig & {
    readonly name: string;
    readonly redisTimeoutMs: number;
    readonly onBatch?: (size: number) => void;
  },
  platform: Platform,
): Promise<Counting> {
  const { clock, log } = platform;
  const definition = { schema: 'metering', rows: [], migrations };
  const database = opened.use(await openDatabase(config.database, definition, platform));
  const bus = opened.use(await openEventBus({ url: config.natsUrl, ...platform }));
  const redis = { url: config.redisUrl, name: config.name };
  const counters = opened.use(await openCounters(redis, platform));

  const decider = createGroupCommit({
    counters,
    clock,
    timeoutMs: config.redisTimeoutMs,
    recordTtlMs: config.requestRecordTtlMs,
    ...(config.onBatch ? { onBatch: config.onBatch } : {}),
  });
  const saver = createSaver({ database, counters, clock, log });
  const restorer = createRestorer({ database, counters, saver, log });
  const giveBack = createGiveBack({ decider, restorer });

  const billing = internalClient(BillingInternalService, {
    url: config.billingUrl,
    identity: platform.identity,
  });
  const policies = createPolicies({
    database,
    clock,
    log,
    askBilling: async (tenantId) => (await billing.getEntitlements({ tenantId })).entitlements,
  });
  opened.use(
    await bus.follow({
      subjects: ['billing.entitlements.changed'],
      payload: EntitlementsChangedSchema,
      on: ({ payload }) => {
        if (payload.entitlements) policies.apply(payload.entitlements);
      },
      onGap: policies.clear,
    }),
  );
  return { database, bus, counters, decider, saver, restorer, giveBack, policies };
}
