import { MeteringInternalService } from '@tollgate/api/tollgate/metering/v1/metering_internal_service';
import { TenantChangedSchema } from '@tollgate/api/tollgate/tenant/v1/events';
import {
  every,
  internalClient,
  openDatabase,
  openEventBus,
  type Platform,
  type RunningService,
  running,
  serveRpc,
  startOutboxRelay,
} from '@tollgate/runtime';
import type { BillingConfig } from './config.ts';
import { onTenantCreated } from './events/on-tenant-created.ts';
import { TENANT_CREATED } from './events/subjects.ts';
import { routes } from './rpc/routes.ts';
import { migrations } from './store/migrations/index.ts';
import { rollAllPeriods } from './store/period-store.ts';
import { rows } from './store/rows.ts';

export { type BillingConfig, readConfig } from './config.ts';

/** Connections to Postgres: a call holds one for some milliseconds. */
const POOL_MAX = 10;

/** Periods are stored a month ahead, so an hour more or less does not matter. */
const ROLL_INTERVAL_MS = 60 * 60 * 1_000;

/** Opens everything Billing needs, top-down, and closes it in reverse. Ready when it returns. */
export async function startBilling(
  config: BillingConfig,
  platform: Platform,
): Promise<RunningService> {
  const { clock, log, health, metrics, signal, identity, verifier } = platform;
  await using opened = new AsyncDisposableStack();

  const pool = { url: config.databaseUrl, poolMax: POOL_MAX };
  const schema = { schema: 'billing', rows, migrations };
  const database = opened.use(await openDatabase(pool, schema, { log, clock }));
  const bus = opened.use(await openEventBus({ url: config.natsUrl, log, health, clock }));
  const metering = internalClient(MeteringInternalService, { url: config.meteringUrl, identity });

  // Awaited once before calls come in: after a long stop, periods may be missing.
  await rollAllPeriods(database, clock);
  const timer = { ms: ROLL_INTERVAL_MS, name: 'periods', signal, log, health, metrics };
  opened.use(every(timer, () => rollAllPeriods(database, clock)));
  opened.use(startOutboxRelay({ database, bus, log, clock, signal }));
  opened.use(
    await bus.consume({
      subject: TENANT_CREATED,
      durable: 'billing-tenant-created',
      database,
      payload: TenantChangedSchema,
      on: onTenantCreated({ clock }),
    }),
  );
  const handlers = routes({ database, metering, clock });
  const server = opened.use(
    await serveRpc({ address: config.rpcAddress, handlers, log, clock, verifier, metrics, health }),
  );
  return running(opened.move(), { rpc: server.address });
}
