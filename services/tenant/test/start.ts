import type { Client } from '@connectrpc/connect';
import { isId, type TenantId } from '@tollgate/api';
import { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import { TenantService } from '@tollgate/api/tollgate/tenant/v1/tenant_service';
import { newId } from '@tollgate/runtime/database';
import { type FixedClock, fixedClock } from '@tollgate/runtime/service';
import { startForTest, type TestService, user } from '@tollgate/testkit';

/** A tenant made by sign-up, with the one who signed up. */
export interface Provisioned {
  readonly tenantId: TenantId;
  readonly slug: string;
  readonly userId: string;
  readonly email: string;
  /** The owner's client. */
  readonly owner: Client<typeof TenantService>;
}

/** Tenant with a clock that the test moves, and what its tests begin with. */
export interface TenantForTest extends AsyncDisposable {
  readonly clock: FixedClock;
  readonly service: TestService;
  /** Auth's client. */
  readonly internal: Client<typeof TenantInternalService>;
  readonly operator: Client<typeof TenantService>;
  /** A new tenant with one owner. */
  provision(tenantName: string): Promise<Provisioned>;
}

/** Starts Tenant, on the first of March 2026. */
export async function startTenantForTest(): Promise<TenantForTest> {
  const clock = fixedClock('2026-03-01T12:00:00Z');
  const service = await startForTest('tenant', { clock });
  const internal = service.client(TenantInternalService, { service: 'auth' });
  return {
    clock,
    service,
    internal,
    operator: service.operator(TenantService),
    async provision(tenantName) {
      const userId = newId('usr');
      const email = `${userId}@example.com`;
      const { membership } = await internal.provisionTenant({ userId, email, tenantName });
      if (!membership || !isId('ten', membership.tenantId)) throw new Error('no membership');
      const { tenantId, slug } = membership;
      const owner = service.client(TenantService, user(tenantId, { userId }));
      return { tenantId, slug, userId, email, owner };
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}
