import { fromJson, type JsonValue, toJsonString } from '@bufbuild/protobuf';
import type { TenantId } from '@tollgate/api';
import { type Entitlements, EntitlementsSchema } from '@tollgate/api/tollgate/billing/v1/events';
import type { Rows } from '@tollgate/runtime/database';

/** Keeps entitlements unless newer ones are known. Answers whether they were news. */
export async function keepEntitlements(rows: Rows, entitlements: Entitlements): Promise<boolean> {
  const kept = await rows.sql(
    `insert into policy as p (tenant_id, version, entitlements) values ($1, $2, $3::jsonb)
     on conflict (tenant_id) do update
       set version = excluded.version, entitlements = excluded.entitlements
       where p.version < excluded.version
     returning version`,
    [
      entitlements.tenantId,
      entitlements.version,
      toJsonString(EntitlementsSchema, entitlements, { alwaysEmitImplicit: true }),
    ],
  );
  return kept.length > 0;
}

/** A tenant's entitlements as last heard of; undefined when none are known. */
export async function entitlementsOf(
  rows: Rows,
  tenantId: TenantId,
): Promise<Entitlements | undefined> {
  const [found] = await entitlementsOfAll(rows, [tenantId]);
  return found;
}

/** The known entitlements of several tenants, in no order. */
export async function entitlementsOfAll(
  rows: Rows,
  tenantIds: readonly string[],
): Promise<Entitlements[]> {
  const found = await rows.sql<{ entitlements: JsonValue }>(
    'select entitlements from policy where tenant_id = any($1::text[])',
    [tenantIds],
  );
  return found.map(({ entitlements }) => fromJson(EntitlementsSchema, entitlements));
}
