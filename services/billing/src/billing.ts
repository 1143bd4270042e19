import { tenantCreated } from '@tollgate/api/events';
import { MeteringInternalService } from '@tollgate/api/tollgate/metering/v1/metering_internal_service';
import { internalClient, serveRpc } from '@tollgate/runtime/rpc';
import {
  every,
  openBackbone,
  type Platform,
  type RunningService,
  running,
  type ServiceDefinition,
} from '@tollgate/runtime/service';
import { type BillingConfig, readConfig } from './config.ts';
import { migrations } from './migrations/index.ts';
import { routes } from './routes.ts';
import { rows } from './rows.ts';
import { onTenantCreated } from './subscriptions/on-tenant-created.ts';
import { rollAllPeriods } from './subscriptions/roll-periods.ts';

/** Periods are stored a month ahead, so an hour more or less does not matter. */
const ROLL_INTERVAL_MS = 60 * 60 * 1_000;

/** Billing as a process: its name, its settings, its start. */
export const billing = {
  name: 'billing',
  readConfig,
  start: startBilling,
} satisfies ServiceDefinition<BillingConfig>;

/** Opens everything Billing needs, top-down, and closes it in reverse. Ready when it returns. */
async function startBilling(config: BillingConfig, platform: Platform): Promise<RunningService> {
  const { clock, identity } = platform;
  await using opened = new AsyncDisposableStack();
  const { database, consume } = opened.use(
    await openBackbone(config, { rows, migrations }, platform),
  );
  const metering = internalClient(MeteringInternalService, { url: config.meteringUrl, identity });

  // Once before calls come in: after a long stop, the current period may be missing.
  await rollAllPeriods({ database, clock });
  const timer = { ...platform, ms: ROLL_INTERVAL_MS, name: 'periods' };
  opened.use(every(timer, () => rollAllPeriods({ database, clock })));
  await consume(tenantCreated, { durable: 'tenant-created', on: onTenantCreated({ clock }) });
  const handlers = routes({ database, metering, clock });
  const server = opened.use(await serveRpc({ ...platform, address: config.rpcAddress, handlers }));
  return running(opened.move(), { rpc: server.address });
}
