import type { Client } from '@connectrpc/connect';
import { PLATFORM_TENANT_ID, type TenantId } from '@tollgate/api';
import { BillingInternalService } from '@tollgate/api/tollgate/billing/v1/billing_internal_service';
import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import { type Role } from '@tollgate/api/words';
import { migrations as meteringMigrations } from '@tollgate/metering/migrations';
import { newId } from '@tollgate/runtime/database';
import { type EventBus, openEventBus } from '@tollgate/runtime/events';
import { type FixedClock, fixedClock, type RunningService } from '@tollgate/runtime/service';
import {
  eventually,
  type FreshDatabase,
  freshDatabase,
  ownNats,
  principalToken,
  rpcClient,
  testIdentity,
  testPlatform,
} from '@tollgate/testkit';
import { billing } from '../../src/billing.ts';
import { migrations } from '../../src/migrations/index.ts';
import { publishTenantCreated } from './events.ts';
import { type Metering, startMeteringFor } from './metering.ts';

/** The user that all clients speak for. */
export const USER_ID = 'usr_00000000000000000000000001';

/** The real service over a database and a bus of its own, with clients that speak as anybody. */
export interface BillingSystem extends AsyncDisposable {
  readonly clock: FixedClock;
  readonly database: FreshDatabase;
  readonly bus: EventBus;
  /** Absent unless asked for. */
  readonly metering: Metering | undefined;
  /** The public API as a user of the tenant, its owner by default, with a token of now. */
  clientOf(tenantId: TenantId, role?: Role): Client<typeof BillingService>;
  /** The operator's client. */
  operator(): Client<typeof BillingService>;
  /** What Metering asks. */
  internal(): Client<typeof BillingInternalService>;
  /** A tenant that has its first subscription. */
  subscribedTenant(): Promise<TenantId>;
  /** Ends the process's work. */
  stop(): Promise<void>;
  /** Starts it again over the same data. */
  start(): Promise<void>;
}

/** Starts Billing on a free port, in the middle of November 2026. */
export async function startBillingSystem(
  options: { readonly metering?: boolean } = {},
): Promise<BillingSystem> {
  const clock = fixedClock('2026-11-15T12:00:00Z');
  await using opened = new AsyncDisposableStack();
  const database = opened.use(
    await freshDatabase({ migrations: { billing: migrations, metering: meteringMigrations } }),
  );
  const { url: natsUrl } = opened.use(await ownNats());
  const bus = opened.use(
    await openEventBus({ ...testPlatform('tenant', { clock }), url: natsUrl }),
  );
  const parts = { clock, database, natsUrl };
  const metering = options.metering ? opened.use(await startMeteringFor(parts)) : undefined;
  const config = {
    rpcAddress: { host: '127.0.0.1', port: 0 },
    database: { url: database.urls.billing, poolMax: 5 },
    natsUrl,
    // Nothing listens on the discard port, so that by default Metering is gone.
    meteringUrl: metering?.url ?? 'http://127.0.0.1:9',
  };

  let service: RunningService | undefined;
  const address = () => service?.addresses.rpc ?? '';
  const system: Omit<BillingSystem, keyof AsyncDisposable> = {
    clock,
    database,
    bus,
    metering,
    clientOf(tenantId, role = 'owner') {
      const claims = {
        kind: 'user',
        subject: USER_ID,
        tenantId,
        role,
        environment: 'live',
      } as const;
      const token = principalToken(claims, clock);
      return rpcClient(BillingService, { address: address(), token });
    },
    operator: () => system.clientOf(PLATFORM_TENANT_ID, 'platform_admin'),
    internal() {
      const token = testIdentity('metering', clock).signServiceToken();
      return rpcClient(BillingInternalService, { address: address(), token });
    },
    async subscribedTenant() {
      const tenantId = newId('ten');
      await publishTenantCreated(bus, tenantId);
      await eventually({ withinMs: 5_000 }, async () => {
        const { subscriptions } = await system.clientOf(tenantId).listSubscriptions({});
        return subscriptions.length === 1;
      });
      return tenantId;
    },
    async start() {
      service = await billing.start(config, testPlatform('billing', { clock }));
    },
    async stop() {
      await service?.[Symbol.asyncDispose]();
      service = undefined;
    },
  };
  opened.defer(() => system.stop());
  await system.start();
  const everything = opened.move();
  return { ...system, [Symbol.asyncDispose]: () => everything.disposeAsync() };
}
