import { tenantCreated } from '@tollgate/api/events';
import { MeteringInternalService } from '@tollgate/api/tollgate/metering/v1/metering_internal_service';
import { internalClient, serveRpc } from '@tollgate/runtime/rpc';
import {
  every,
  openBackbone,
  type Platform,
  type RunningService,
  running,
} from '@tollgate/runtime/service';
import type { BillingConfig } from './config.ts';
import { onTenantCreated } from './events/on-tenant-created.ts';
import { routes } from './rpc/routes.ts';
import { migrations } from './store/migrations/index.ts';
import { rollAllPeriods } from './store/period-store.ts';
import { rows } from './store/rows.ts';

/** Periods are stored a month ahead, so an hour more or less does not matter. */
const ROLL_INTERVAL_MS = 60 * 60 * 1_000;

/** Opens everything Billing needs, top-down, and closes it in reverse. Ready when it returns. */
export async function startBilling(
  config: BillingConfig,
  platform: Platform,
): Promise<RunningService> {
  const { clock, identity } = platform;
  await using opened = new AsyncDisposableStack();
  const { database, consume } = opened.use(
    await openBackbone(config, { rows, migrations }, platform),
  );
  const metering = internalClient(MeteringInternalService, { url: config.meteringUrl, identity });

  // Once before calls come in: after a long stop, the current period may be missing.
  await rollAllPeriods(database, clock);
  const timer = { ...platform, ms: ROLL_INTERVAL_MS, name: 'periods' };
  opened.use(every(timer, () => rollAllPeriods(database, clock)));
  await consume(tenantCreated, { durable: 'tenant-created', on: onTenantCreated({ clock }) });
  const handlers = routes({ database, metering, clock });
  const server = opened.use(await serveRpc({ ...platform, address: config.rpcAddress, handlers }));
  return running(opened.move(), { rpc: server.address });
}
