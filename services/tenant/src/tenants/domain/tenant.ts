import type { TenantId } from '@tollgate/api';

/** An organisation. */
export interface Tenant {
  readonly tenantId: TenantId;
  /** Unique over all tenants, never changed. */
  readonly slug: string;
  readonly tenantName: string;
  readonly status: 'active';
  readonly createTime: Temporal.Instant;
  /** True for the root tenant, whose members are the operators. */
  readonly platform: boolean;
}
