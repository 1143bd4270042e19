import { entitlementsChanged } from '@tollgate/api/events';
import { BillingInternalService } from '@tollgate/api/tollgate/billing/v1/billing_internal_service';
import type { BackboneConfig } from '@tollgate/runtime/config';
import type { Database } from '@tollgate/runtime/database';
import type { EventBus } from '@tollgate/runtime/events';
import { internalClient } from '@tollgate/runtime/rpc';
import type { Platform } from '@tollgate/runtime/service';
import { createGroupCommit, type Decider } from './admission/group-commit.ts';
import { createLimitLists, type LimitLists } from './admission/limit-list.ts';
import { type Counters, openCounters } from './counters/connect.ts';
import { retryWindowMs } from './counters/domain/id-period.ts';
import type { CountingConfig } from './counting-config.ts';
import { createGiveBack, type GiveBack } from './give-backs/give-back.ts';
import { createAskBilling } from './policies/ask-billing.ts';
import { followEntitlements } from './policies/follow-entitlements.ts';
import { createPolicies, type Policies } from './policies/policies.ts';
import { createRestorer, type Restorer } from './snapshots/restorer.ts';
import { createSaver, type Saver } from './snapshots/save-counters.ts';

/** What gate and recorder both count with, open until it is closed. */
export interface Counting extends AsyncDisposable {
  readonly counters: Counters;
  /** Lists of limits that all callers share. */
  readonly listOf: LimitLists;
  readonly decider: Decider;
  readonly saver: Saver;
  readonly restorer: Restorer;
  readonly giveBack: GiveBack;
  readonly policies: Policies;
}

/** What counting is opened with. Database and bus stay the caller's. */
export interface CountingParts {
  /** The process, for Redis' list of who is connected. */
  readonly process: string;
  readonly database: Database;
  readonly bus: EventBus;
  readonly config: Omit<CountingConfig, keyof BackboneConfig>;
  readonly timeouts: {
    /** Wait for one decision of Redis, in milliseconds. */
    readonly redisTimeoutMs: number;
    /** How long Envoy waits for a decision, its retry included; 0 where none is made for it. */
    readonly decisionTimeoutMs: number;
  };
  /** Is told how many decisions each question to Redis carries. */
  readonly onBatch?: (size: number) => void;
  readonly platform: Platform;
}

/** Opens the counters with everything that keeps them right. */
export async function openCounting(parts: CountingParts): Promise<Counting> {
  const { database, bus, config, platform } = parts;
  const { redisTimeoutMs, decisionTimeoutMs } = parts.timeouts;
  const retriedWithinMs = decisionTimeoutMs === 0 ? 0 : retryWindowMs(decisionTimeoutMs);
  const { clock, log, identity } = platform;
  await using opened = new AsyncDisposableStack();
  const redis = { url: config.redisUrl, name: parts.process, retriedWithinMs };
  const counters = opened.use(await openCounters(redis, platform));

  const idsKeptMs = config.requestRecordTtlMs;
  const listOf = createLimitLists();
  const decider = createGroupCommit({
    counters,
    listOf,
    clock,
    timeoutMs: redisTimeoutMs,
    idsKeptMs,
    retriedWithinMs,
    ...(parts.onBatch ? { onBatch: parts.onBatch } : {}),
  });
  const saver = createSaver({ database, counters, clock, log });
  const restorer = createRestorer({ database, counters, saver, log });
  const giveBack = createGiveBack({
    counters,
    clock,
    database,
    restorer,
    idsKeptMs,
    timeoutMs: redisTimeoutMs,
  });

  const billing = internalClient(BillingInternalService, { url: config.billingUrl, identity });
  const askBilling = createAskBilling(billing);
  const policies = createPolicies({ database, clock, log, askBilling });
  const on = followEntitlements({ policies, log });
  opened.use(await bus.follow({ events: [entitlementsChanged], on, onGap: policies.clear }));

  const everything = opened.move();
  return {
    counters,
    listOf,
    decider,
    saver,
    restorer,
    giveBack,
    policies,
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}
