import { setTimeout as delay } from 'node:timers/promises';
import { degradedHeader, type TenantId } from '@tollgate/api';
import { outageOf } from '@tollgate/runtime/errors';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import type { FreshUsage } from '../usage/fresh-usage.ts';
import type { Restorer } from './restorer.ts';
import type { Saver } from './save-counters.ts';

/** A reader does not wait longer for Redis; it gets what was saved before, and is told so. */
const waitMsMax = 1_500;

/** Usage is fresh when the tenant's counters are saved, and restored first if need be. */
export function createSaveBeforeRead({
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
      // What lies behind Redis' outage looks like any other; what is left is Postgres'.
      if (!(error instanceof CountersUnavailable) && outageOf(error)) throw error;
      call.log.warn({ error }, 'answered from the last snapshot');
    } finally {
      patience.abort();
    }
    call.answerHeader.set(degradedHeader, 'true');
  };
}
