import { setTimeout as delay } from 'node:timers/promises';
import { degradedHeader, type TenantId } from '@tollgate/api';
import { outageOf } from '@tollgate/runtime/errors';
import type { Call } from '@tollgate/runtime/rpc';
import type { Restorer } from '../counters/restore-tenant.ts';
import type { Saver } from '../counters/save-counters.ts';

/** A reader does not wait longer for Redis; it gets what was saved before, and is told so. */
const waitMsMax = 1_500;

/**
 * Makes sure that everything a tenant has used before this call is in Postgres. Without Redis the
 * last snapshot has to do: the answer then carries {@link degradedHeader}.
 */
export type FreshUsage = (call: Call, tenantId: TenantId) => Promise<void>;

/** Saves one tenant's counters before they are read. */
export function createFreshUsage({
  saver,
  restorer,
}: {
  saver: Saver;
  restorer: Restorer;
}): FreshUsage {
  async function save(tenantId: TenantId): Promise<true> {
    const { outdated } = await saver.saveTenant(tenantId);
    if (outdated.length > 0) {
      await restorer.restore(tenantId);
      await saver.saveTenant(tenantId);
    }
    return true;
  }
  return async (call, tenantId) => {
    const patience = new AbortController();
    const { signal } = patience;
    const saving = save(tenantId);
    try {
      const late = delay(waitMsMax, false, { signal }).catch(() => false);
      if (await Promise.race([saving, late])) return;
      saving.catch((error) => call.log.warn({ error }, 'counters were not saved'));
    } catch (error) {
      if (outageOf(error)) throw error;
      call.log.warn({ error }, 'answered from the last snapshot');
    } finally {
      patience.abort();
    }
    call.answerHeader.set(degradedHeader, 'true');
  };
}
