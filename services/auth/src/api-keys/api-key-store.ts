import type { TenantId } from '@tollgate/api';
import type { Rows } from '@tollgate/runtime/database';
import { ApiKeyRow } from './api-key-row.ts';
import type { ApiKey } from './domain/api-key.ts';

/** A key as its tenant names it. */
type KeyName = Pick<ApiKey, 'keyId' | 'tenantId'>;

/** One key of a tenant; locked, it stays as it is for others. */
export async function findKey(
  rows: Rows,
  { keyId, tenantId }: KeyName,
  options: { lock?: 'update' } = {},
): Promise<ApiKey | undefined> {
  return fromRow(await rows.find(ApiKeyRow, { keyId, tenantId }, options));
}

/** The key with this hash, of whichever tenant. */
export async function findKeyByHash(rows: Rows, secretHash: string): Promise<ApiKey | undefined> {
  return fromRow(await rows.find(ApiKeyRow, { secretHash }));
}

/** Keys of a tenant, newest first: ids sort by the time of their making. `before`: below this id. */
export async function listKeys(
  rows: Rows,
  { tenantId, before, limit }: { tenantId: TenantId; before: string | undefined; limit: number },
): Promise<ApiKey[]> {
  const found = await rows.findAll(
    ApiKeyRow,
    { tenantId, ...(before === undefined ? {} : { keyId: { $lt: before } }) },
    { orderBy: { keyId: 'desc' }, limit },
  );
  return found.map(toKey);
}

/**
 * Keys of all tenants that are not revoked or were after `aliveAt`, and that changed at `since` or
 * later, in the order of their ids from `after` on.
 */
export async function listKeysOfAll(
  rows: Rows,
  from: {
    readonly after: string;
    readonly since: Temporal.Instant | undefined;
    readonly aliveAt: Temporal.Instant;
    readonly limit: number;
  },
): Promise<ApiKey[]> {
  const found = await rows.findAll(
    ApiKeyRow,
    {
      keyId: { $gt: from.after },
      $or: [{ revokeTime: null }, { revokeTime: { $gt: from.aliveAt } }],
      ...(from.since ? { changeTime: { $gte: from.since } } : {}),
    },
    { orderBy: { keyId: 'asc' }, limit: from.limit },
  );
  return found.map(toKey);
}

/**
 * Keys of all tenants that changed at `since` or later, after they were made: the earliest changes
 * first.
 */
export async function listChangedKeys(
  rows: Rows,
  { since, limit }: { since: Temporal.Instant; limit: number },
): Promise<Pick<ApiKey, 'keyId' | 'revokeTime'>[]> {
  const found = await rows.sql<{ key_id: string; revoke_time: Temporal.Instant | null }>(
    `select key_id, revoke_time from auth.api_key
      where change_time >= $1 and change_time > create_time order by change_time limit $2`,
    [since, limit],
  );
  return found.map(({ key_id: keyId, revoke_time: revokeTime }) =>
    revokeTime ? { keyId, revokeTime } : { keyId },
  );
}

/** How many keys a tenant has that are not revoked. */
export async function countKeys(rows: Rows, tenantId: TenantId): Promise<bigint> {
  const [counted] = await rows.sql<{ count: bigint }>(
    'select count(*) as count from auth.api_key where tenant_id = $1 and revoke_time is null',
    [tenantId],
  );
  return counted?.count ?? 0n;
}

/** Adds a key. `createdBy` is the id of the user or the key that made it. */
export function insertKey(rows: Rows, { limit, ...key }: ApiKey, createdBy: string): void {
  rows.insert(ApiKeyRow, {
    ...key,
    scopes: [...key.scopes],
    createdBy,
    changeTime: key.createTime,
    ...(limit ? { limitRequests: limit.requests, limitSeconds: limit.seconds } : {}),
  });
}

/** Writes what of a key that this transaction has locked may change, at an instant: its revocation. */
export async function updateKey(rows: Rows, after: ApiKey, at: Temporal.Instant): Promise<void> {
  const { keyId, revokeTime } = after;
  const row = await rows.find(ApiKeyRow, { keyId });
  if (!row) throw new Error(`API key ${keyId} is not there to be written`);
  row.revokeTime = revokeTime ?? null;
  row.changeTime = at;
}

function fromRow(row: ApiKeyRow | null): ApiKey | undefined {
  return row ? toKey(row) : undefined;
}

function toKey(row: ApiKeyRow): ApiKey {
  const { limitRequests: requests, limitSeconds: seconds } = row;
  return {
    keyId: row.keyId,
    tenantId: row.tenantId,
    environment: row.environment,
    name: row.name,
    scopes: row.scopes,
    secretHash: row.secretHash,
    last4: row.last4,
    createTime: row.createTime,
    ...(row.expireTime ? { expireTime: row.expireTime } : {}),
    ...(row.revokeTime ? { revokeTime: row.revokeTime } : {}),
    ...(requests && seconds ? { limit: { requests, seconds } } : {}),
  };
}
