import type { TenantId } from '@tollgate/api';
import { CountersUnavailable, isOut } from '../counters/counters-unavailable.ts';
import { type RestoreParts, restoreTenants } from './restore-tenants.ts';

/** Gives tenants their counters back after Redis lost them, or before their first call. */
export interface Restorer {
  /**
   * Together with others who wait, and once for all who ask for the same. Does nothing when the
   * counters are complete.
   *
   * @throws CountersUnavailable when Redis or Postgres does not do its part; asking again is safe.
   */
  restore(tenantId: TenantId): Promise<void>;
}

/** Tenants that are restored in one go. After a restart of Redis all of them come at once. */
const tenantsPerRun = 200;

/** Restores whoever has been asked for, run after run. */
export function createRestorer(parts: RestoreParts): Restorer {
  const asked = new Map<TenantId, PromiseWithResolvers<void>>();
  const waiting: TenantId[] = [];
  let isRunning = false;

  async function restoreSome(tenantIds: readonly TenantId[]): Promise<void> {
    try {
      await restoreTenants(parts, tenantIds);
    } catch (error) {
      if (tenantIds.length > 1 && !isOut(error)) {
        // One whose counters cannot be restored keeps nobody else from it.
        for (const tenantId of tenantIds) await restoreSome([tenantId]);
        return;
      }
      for (const tenantId of tenantIds) settle(tenantId, unavailable(error));
      return;
    }
    for (const tenantId of tenantIds) settle(tenantId);
  }
  function settle(tenantId: TenantId, error?: CountersUnavailable): void {
    const settled = asked.get(tenantId);
    asked.delete(tenantId);
    if (error) settled?.reject(error);
    else settled?.resolve();
  }
  async function run(): Promise<void> {
    while (waiting.length > 0) await restoreSome(waiting.splice(0, tenantsPerRun));
    isRunning = false;
  }

  return {
    restore(tenantId) {
      let settled = asked.get(tenantId);
      if (!settled) {
        settled = Promise.withResolvers();
        asked.set(tenantId, settled);
        waiting.push(tenantId);
        if (!isRunning) {
          isRunning = true;
          // Those who are asked for in this turn are restored together.
          setImmediate(() => void run());
        }
      }
      return settled.promise;
    },
  };
}

/** Without Postgres the counters are as much out of reach as without Redis. */
function unavailable(error: unknown): CountersUnavailable {
  if (error instanceof CountersUnavailable) return error;
  return new CountersUnavailable('counters could not be restored', { cause: error });
}
