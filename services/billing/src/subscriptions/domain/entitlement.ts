import type { TenantId } from '@tollgate/api';
import type { PlanReference } from '../../catalogue/domain/plan.ts';

/** What a tenant may use now. */
export interface Entitlement {
  readonly tenantId: TenantId;
  readonly plan: PlanReference;
  /** Rises by one with each change for the tenant, over all its subscriptions. */
  readonly version: bigint;
}
