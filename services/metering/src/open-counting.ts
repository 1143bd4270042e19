import { entitlementsChanged } from '@tollgate/api/events';
import { BillingInternalService } from '@tollgate/api/tollgate/billing/v1/billing_internal_service';
import type { BackboneConfig } from '@tollgate/runtime/config';
import type { Database } from '@tollgate/runtime/database';
import type { EventBus } from '@tollgate/runtime/events';
import { internalClient } from '@tollgate/runtime/rpc';
import type { Platform } from '@tollgate/runtime/service';
import { createGiveBack, type GiveBack } from './admission/give-back.ts';
import { createGroupCommit, type Decider } from './admission/group-commit.ts';
import { type Counters, openCounters } from './counters/connect.ts';
import type { CountingConfig } from './counting-config.ts';
import { createPolicies, type Policies } from './policies/policies.ts';
import { createRestorer, type Restorer } from './snapshots/restore-tenant.ts';
import { createSaver, type Saver } from './snapshots/save-counters.ts';

/** What gate and recorder both count with. */
export interface Counting {
  readonly database: Database;
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
  { database, bus }: { readonly database: Database; readonly bus: EventBus },
  config: Omit<CountingConfig, keyof BackboneConfig> & {
    /** The process, for Redis' list of who is connected. */
    readonly name: string;
    readonly redisTimeoutMs: number;
    readonly onBatch?: (size: number) => void;
  },
  platform: Platform,
): Promise<Counting> {
  const { clock, log } = platform;
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
      events: [entitlementsChanged],
      on: ({ payload }) => {
        if (payload.entitlements) policies.apply(payload.entitlements);
      },
      onGap: policies.clear,
    }),
  );
  return { database, counters, decider, saver, restorer, giveBack, policies };
}
