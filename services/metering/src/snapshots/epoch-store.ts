import type { TenantId } from '@tollgate/api';
import type { Rows } from '@tollgate/runtime/database';

/**
 * Begins a new epoch of tenants' counters, each above what Redis names (0 if nothing). From the commit
 * on, snapshots of older epochs are refused. Rows are locked in one order.
 */
export async function beginEpochs(
  rows: Rows,
  seen: ReadonlyMap<TenantId, number>,
): Promise<Map<TenantId, bigint>> {
  const begun = await rows.sql<{ tenant_id: TenantId; epoch: bigint }>(
    `insert into tenant_epoch as e (tenant_id, epoch)
     select tenant_id, seen + 1 from unnest($1::text[], $2::bigint[]) as seen (tenant_id, seen)
     order by tenant_id
     on conflict (tenant_id) do update set epoch = greatest(e.epoch, excluded.epoch - 1) + 1
     returning tenant_id, epoch`,
    [[...seen.keys()], [...seen.values()].map(BigInt)],
  );
  return new Map(begun.map(({ tenant_id, epoch }) => [tenant_id, epoch]));
}

/** How epochs are looked for. */
interface EpochOptions {
  /** Until the transaction ends nobody else begins one (`share`), nor locks it (`update`). */
  readonly lock?: 'update' | 'share';
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
