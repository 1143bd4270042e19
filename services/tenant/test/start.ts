import { PLATFORM_TENANT_ID, type TenantId } from '@tollgate/api';
import { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import { type Role } from '@tollgate/api/words';
import { newId } from '@tollgate/runtime/database';
import { reasonOf } from '@tollgate/runtime/errors';
import { type FixedClock, fixedClock } from '@tollgate/runtime/service';
import {
  freshDatabase,
  ownNats,
  principalToken,
  rpcClient,
  testIdentity,
  testPlatform,
} from '@tollgate/testkit';
import { migrations } from '../src/migrations/index.ts';
import { tenant } from '../src/tenant.ts';

/** Tenant on real servers, with a clock that the test moves, and clients for every kind of caller. */
export async function startTenantForTest() {
  await using opened = new AsyncDisposableStack();
  const clock: FixedClock = fixedClock('2026-03-01T12:00:00Z');
  const database = opened.use(await freshDatabase({ migrations: { tenant: migrations } }));
  const nats = opened.use(await ownNats());
  const platform = opened.use(testPlatform('tenant', { clock }));
  const config = {
    rpcAddress: { host: '127.0.0.1', port: 0 },
    database: { url: database.urls.tenant, poolMax: 5 },
    natsUrl: nats.url,
  };
  const service = opened.use(await tenant.start(config, platform));
  const address = service.addresses.rpc ?? '';
  /** Auth's client, with a token of now. */
  function internalClient() {
    const token = testIdentity('auth', clock).signServiceToken();
    return rpcClient(TenantInternalService, { address, token });
  }
  const internal = internalClient();

  function as(role: Role, tenantId: TenantId, userId: string = newId('usr')) {
    const claims = { kind: 'user', subject: userId, tenantId, role, environment: 'live' } as const;
    return rpcClient(TenantService, { address, token: principalToken(claims, clock) });
  }

  /** A new tenant with one owner. */
  async function provision(tenantName: string) {
    const userId = newId('usr');
    const email = `${userId}@example.com`;
    const { membership } = await internal.provisionTenant({ userId, email, tenantName });
    if (!membership) throw new Error('no membership');
    const tenantId = membership.tenantId as TenantId;
    return { tenantId, slug: membership.slug, userId, email, owner: as('owner', tenantId, userId) };
  }

  const stack = opened.move();
  return {
    clock,
    database,
    internal,
    internalClient,
    as,
    provision,
    operator: as('platform_admin', PLATFORM_TENANT_ID),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The public reason with which a call fails; `answered` when it does not. */
export async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return 'answered';
  } catch (error) {
    return reasonOf(error) ?? String(error);
  }
}
