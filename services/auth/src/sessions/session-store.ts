import type { TenantId } from '@tollgate/api';
import type { Rows } from '@tollgate/runtime/database';
import type { RefreshToken, Session } from './domain/session.ts';
import { RefreshTokenRow } from './refresh-token-row.ts';
import { SessionRow } from './session-row.ts';

/**
 * Sessions of one member that are told of by events, which a transaction may have only so many of.
 * Nobody uses more; the rest is found by the next look at Postgres.
 */
const toldMax = 500;
/** Sessions removed by one run; the next one goes on. */
const removedMax = 10_000;

/** Adds a session with its first refresh token. */
export async function insertSession(
  rows: Rows,
  session: Session,
  token: RefreshToken,
): Promise<void> {
  rows.insert(SessionRow, session);
  // The token's row refers to the session's, which must be there first.
  await rows.em.flush();
  insertRefreshToken(rows, token);
}

/** Adds a refresh token, of which only the hash is kept. */
export function insertRefreshToken(rows: Rows, token: RefreshToken): void {
  rows.insert(RefreshTokenRow, token);
}

/** A refresh token with its session; locked, both stay as they are for others. */
export async function findRefreshToken(
  rows: Rows,
  tokenHash: string,
  options: { lock?: 'update' } = {},
): Promise<{ token: RefreshToken; session: Session } | undefined> {
  const row = await rows.find(RefreshTokenRow, { tokenHash }, options);
  const session = row && (await findSession(rows, row.sessionId, options));
  return session ? { token: fromTokenRow(row), session } : undefined;
}

/** A session; locked, it stays as it is for others. */
export async function findSession(
  rows: Rows,
  sessionId: string,
  options: { lock?: 'update' } = {},
): Promise<Session | undefined> {
  const row = await rows.find(SessionRow, { sessionId }, options);
  return row ? fromSessionRow(row) : undefined;
}

/** Writes what of a session that this transaction has locked may change: its two ends. */
export async function updateSession(rows: Rows, after: Session): Promise<void> {
  const { sessionId, expireTime, revokeTime } = after;
  const row = await rows.find(SessionRow, { sessionId });
  if (!row) throw new Error(`session ${sessionId} is not there to be written`);
  row.expireTime = expireTime;
  row.revokeTime = revokeTime ?? null;
}

/** Writes what of a refresh token that this transaction has locked may change: when it was used. */
export async function updateRefreshToken(rows: Rows, after: RefreshToken): Promise<void> {
  const { tokenHash, sessionId, useTime } = after;
  const row = await rows.find(RefreshTokenRow, { tokenHash });
  if (!row) throw new Error(`a refresh token of ${sessionId} is not there to be written`);
  row.useTime = useTime ?? null;
}

/**
 * Ends a member's sessions in one tenant that began at `begunUntil` or before. Answers their ids,
 * those used last first, 500 at most.
 */
export async function revokeMemberSessions(
  rows: Rows,
  member: { readonly tenantId: TenantId; readonly userId: string },
  { begunUntil, at }: { readonly begunUntil: Temporal.Instant; readonly at: Temporal.Instant },
): Promise<string[]> {
  const revoked = await rows.sql<{ session_id: string }>(
    // Every use moves the end, so that those used last are told of first.
    `with ended as (
       update auth.session set revoke_time = $1
       where tenant_id = $2 and user_id = $3 and revoke_time is null and create_time <= $4
         and expire_time > $1
       returning session_id, expire_time)
     select session_id from ended order by expire_time desc limit ${toldMax}`,
    [at, member.tenantId, member.userId, begunUntil],
  );
  return revoked.map((row) => row.session_id);
}

/** Sessions of all tenants that were ended after an instant. */
export async function listRevoked(
  rows: Rows,
  after: Temporal.Instant,
): Promise<{ sessionId: string; revokeTime: Temporal.Instant }[]> {
  const revoked = await rows.sql<{ session_id: string; revoke_time: Temporal.Instant }>(
    'select session_id, revoke_time from auth.session where revoke_time > $1',
    [after],
  );
  return revoked.map((row) => ({ sessionId: row.session_id, revokeTime: row.revoke_time }));
}

/** Removes sessions that nobody can go on with since an instant, 10,000 at most. */
export async function removeExpired(rows: Rows, before: Temporal.Instant): Promise<void> {
  await rows.sql(
    `delete from auth.session where session_id in (
       select session_id from auth.session
       where expire_time < $1 limit ${removedMax} for update skip locked)`,
    [before],
  );
}

function fromSessionRow(row: SessionRow): Session {
  const { sessionId, tenantId, userId, createTime, expireTime, revokeTime } = row;
  const session = { sessionId, tenantId, userId, createTime, expireTime };
  return revokeTime ? { ...session, revokeTime } : session;
}

function fromTokenRow(row: RefreshTokenRow): RefreshToken {
  const { tokenHash, tenantId, sessionId, expireTime, useTime } = row;
  const token = { tokenHash, tenantId, sessionId, expireTime };
  return useTime ? { ...token, useTime } : token;
}
