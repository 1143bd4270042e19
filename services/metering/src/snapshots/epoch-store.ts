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

/** How epochs are looked for. */
interface EpochOptions {
  /** Until the transaction ends nobody else begins one (`share`), nor locks it (`update`). */
  readonly lock?: 'update' | 'share';
}

/** The newest epoch of a tenant's counters; undefined before the first. */
export async function findEpoch(
  rows: Rows,
  tenantId: TenantId,
  options?: EpochOptions,
): Promise<bigint | undefined> {
  return (await findEpochs(rows, [tenantId], options)).get(tenantId);
}

/** The newest epochs of tenants, of those that have one. */
export async function findEpochs(
  rows: Rows,
  tenantIds: readonly TenantId[],
  { lock }: EpochOptions = {},
): Promise<Map<TenantId, bigint>> {
  const found = await rows.sql<{ tenant_id: TenantId; epoch: bigint }>(
    // Always in the same order, so that two of these cannot wait for each other.
    `select tenant_id, epoch from tenant_epoch where tenant_id = any($1::text[])
     order by tenant_id ${lock ? lockClauses[lock] : ''}`,
    [tenantIds],
  );
  return new Map(found.map(({ tenant_id, epoch }) => [tenant_id, epoch]));
}

const lockClauses = { update: 'for update', share: 'for share' } as const;
