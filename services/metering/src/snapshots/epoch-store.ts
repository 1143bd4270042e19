import type { TenantId } from '@tollgate/api';
import type { Rows } from '@tollgate/runtime/database';

/**
 * Begins a new epoch of a tenant's counters, above `seen` (what Redis names, 0 if nothing). From the
 * commit on, snapshots of older epochs are refused.
 */
export async function beginEpoch(rows: Rows, tenantId: TenantId, seen: bigint): Promise<bigint> {
  const [row] = await rows.sql<{ epoch: bigint }>(
    `insert into tenant_epoch as e (tenant_id, epoch) values ($1, $2::bigint + 1)
     on conflict (tenant_id) do update set epoch = greatest(e.epoch, $2) + 1
     returning epoch`,
    [tenantId, seen],
  );
  if (!row) throw new Error('an upsert answers its row');
  return row.epoch;
}

/** The newest epoch of a tenant's counters; undefined before the first. */
export async function newestEpoch(rows: Rows, tenantId: TenantId): Promise<bigint | undefined> {
  const [row] = await rows.sql<{ epoch: bigint }>(
    'select epoch from tenant_epoch where tenant_id = $1',
    [tenantId],
  );
  return row?.epoch;
}

/** Keeps everybody else from beginning an epoch until the transaction ends; answers the newest. */
export async function lockEpoch(rows: Rows, tenantId: TenantId): Promise<bigint> {
  const [row] = await rows.sql<{ epoch: bigint }>(
    'select epoch from tenant_epoch where tenant_id = $1 for update',
    [tenantId],
  );
  return row?.epoch ?? 0n;
}

/** The newest epochs of tenants, kept from changing until the transaction ends. */
export async function holdEpochs(
  rows: Rows,
  tenantIds: readonly string[],
): Promise<Map<string, bigint>> {
  const found = await rows.sql<{ tenant_id: string; epoch: bigint }>(
    // Always in the same order, so that two of these cannot wait for each other.
    `select tenant_id, epoch from tenant_epoch where tenant_id = any($1::text[])
     order by tenant_id for share`,
    [tenantIds],
  );
  return new Map(found.map(({ tenant_id, epoch }) => [tenant_id, epoch]));
}
