import { type Client, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { BillingInternalService } from '@tollgate/api/tollgate/billing/v1/billing_internal_service';
import { BillingService } from '@tollgate/api/tollgate/billing/v1/billing_service';
import {
  type EventBus,
  type FixedClock,
  fixedClock,
  internalClient,
  internalTokenHeader,
  newId,
  openEventBus,
  PLATFORM_TENANT_ID,
  type Platform,
  type Role,
  type RunningService,
  type ServiceName,
  type TenantId,
} from '@tollgate/runtime';
import { eventually, type FreshDatabase, freshDatabase, serverUrls } from '@tollgate/testkit';
import { startBilling } from '../../src/billing.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { publishTenantCreated } from './events.ts';
import { trustingPlatforms } from './platform.ts';

/** The real service over a database of its own, with clients that speak as anybody. */
export interface BillingSystem extends AsyncDisposable {
  readonly clock: FixedClock;
  readonly database: FreshDatabase;
  readonly bus: EventBus;
  readonly platforms: Record<ServiceName, Platform>;
  /** The public API as a user of the tenant; its owner by default. */
  clientOf(tenantId: TenantId, role?: Role): Client<typeof BillingService>;
  /** The operator's client. */
  readonly operator: Client<typeof BillingService>;
  /** What other services ask. */
  readonly internal: Client<typeof BillingInternalService>;
  /** A tenant that has its first subscription. */
  subscribedTenant(): Promise<TenantId>;
  /** Ends the process's work, and starts it again over the same data. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Starts Billing on a free port, in the middle of November 2026. */
export async function startBillingSystem(
  options: {
    readonly meteringUrl?: (platforms: Record<ServiceName, Platform>) => Promise<string>;
  } = {},
): Promise<BillingSystem> {
  const clock = fixedClock('2026-11-15T12:00:00Z');
  const platforms = trustingPlatforms(clock);
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await freshDatabase({ migrations: { billing: migrations } }));
  const natsUrl = serverUrls().natsUrl;
  const bus = opened.use(await openEventBus({ ...platforms.tenant, url: natsUrl }));
  const config = {
    rpcAddress: { host: '127.0.0.1', port: 0 },
    database: { url: database.urls.billing, poolMax: 5 },
    natsUrl,
    // Nothing listens on the discard port, so that by default Metering is gone.
    meteringUrl: (await options.meteringUrl?.(platforms)) ?? 'http://127.0.0.1:9',
  };

  let service: RunningService | undefined;
  const system = {
    clock,
    database,
    bus,
    platforms,
    clientOf: (tenantId: TenantId, role: Role = 'owner') =>
      userClient(urlOf(service), { platforms, tenantId, role }),
    get operator() {
      return userClient(urlOf(service), {
        platforms,
        tenantId: PLATFORM_TENANT_ID,
        role: 'platform_admin',
      });
    },
    get internal() {
      const { identity } = platforms.metering;
      return internalClient(BillingInternalService, { url: urlOf(service), identity });
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
      service = await startBilling(config, platforms.billing);
    },
    async stop() {
      await service?.[Symbol.asyncDispose]();
      service = undefined;
    },
  };
  opened.defer(() => system.stop());
  await system.start();
  const everything = opened.move();
  return Object.assign(system, { [Symbol.asyncDispose]: () => everything.disposeAsync() });
}

function urlOf(service: RunningService | undefined): string {
  if (!service) throw new Error('Billing is stopped.');
  return `http://${service.addresses.rpc}`;
}

function userClient(
  baseUrl: string,
  who: { platforms: Record<ServiceName, Platform>; tenantId: TenantId; role: Role },
): Client<typeof BillingService> {
  const { platforms, tenantId, role } = who;
  const transport = createGrpcTransport({
    baseUrl,
    interceptors: [
      (next) => async (request) => {
        const token = await platforms.auth.identity.signPrincipalToken({
          kind: 'user',
          subject: 'usr_00000000000000000000000001',
          tenantId,
          environment: 'live',
          role,
        });
        request.header.set(internalTokenHeader, token);
        return next(request);
      },
    ],
  });
  return createClient(BillingService, transport);
}
