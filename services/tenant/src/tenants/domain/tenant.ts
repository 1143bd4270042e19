import type { TenantId } from '@tollgate/api';
import type { TenantStatus } from '@tollgate/api/words';

/** An organisation. */
export interface Tenant {
  readonly tenantId: TenantId;
  /** Unique over all tenants, never changed. */
  readonly slug: string;
  readonly tenantName: string;
  readonly status: TenantStatus;
  readonly createTime: Temporal.Instant;
  /** True for the root tenant, whose members are the operators. */
  readonly platform: boolean;
}

/** A customer's tenant as it begins: active. The platform's is made once, at the first start. */
export function newTenant(
  made: Pick<Tenant, 'tenantId' | 'slug' | 'tenantName' | 'createTime'>,
): Tenant {
  const { tenantId, slug, tenantName, createTime } = made;
  return { tenantId, slug, tenantName, status: 'active', createTime, platform: false };
}
