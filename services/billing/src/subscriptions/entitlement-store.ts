import type { TenantId } from '@tollgate/api';
import type { Rows } from '@tollgate/runtime/database';
import { type PlanReference, SELLER_ID } from '../catalogue/domain/plan.ts';
import type { Entitlement } from './domain/entitlement.ts';
import { EntitlementRow } from './entitlement-row.ts';

/** Entitles the tenant to a plan version from now on. The row's version rises by one. */
export async function grantPlan(
  rows: Rows,
  { tenantId, plan }: { readonly tenantId: TenantId; readonly plan: PlanReference },
): Promise<Entitlement> {
  const [granted] = await rows.sql<{ version: bigint }>(
    `insert into entitlement as e (tenant_id, seller_id, plan_id, plan_version, version)
       values ($1, $2, $3, $4, 1)
     on conflict (tenant_id) do update set seller_id = excluded.seller_id,
       plan_id = excluded.plan_id, plan_version = excluded.plan_version, version = e.version + 1
     returning version`,
    [tenantId, SELLER_ID, plan.planId, plan.version],
  );
  if (!granted) throw new Error('An upsert answers its row.');
  const { planId, version } = plan;
  return { tenantId, plan: { planId, version }, version: granted.version };
}

/** What the tenant is entitled to now. */
export async function findEntitlement(
  rows: Rows,
  tenantId: TenantId,
): Promise<Entitlement | undefined> {
  const row = await rows.find(EntitlementRow, { tenantId });
  if (!row) return undefined;
  const plan = { planId: row.planId, version: row.planVersion };
  return { tenantId, plan, version: row.version };
}
