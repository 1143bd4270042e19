import { createHash, randomBytes } from 'node:crypto';
import type { TenantId } from '@tollgate/api';
import { newId, type Rows } from '@tollgate/runtime/database';
import { refreshTokenHours } from './domain/session.ts';
import { RefreshTokenRow } from './refresh-token-row.ts';
import { SessionRow } from './session-row.ts';

/** Bytes of randomness in the first refresh token of a session. */
const refreshTokenBytes = 32;

/** Opens a session. Answers its id and its first refresh token, which exists nowhere else. */
export async function openSession(
  rows: Rows,
  session: { tenantId: TenantId; userId: string; at: Temporal.Instant },
): Promise<{ sessionId: string; refreshToken: string }> {
  const { tenantId, userId, at } = session;
  const sessionId = newId('ses');
  const refreshToken = `tgr_${randomBytes(refreshTokenBytes).toString('base64url')}`;
  const expireTime = at.add({ hours: refreshTokenHours });
  rows.insert(SessionRow, { sessionId, tenantId, userId, createTime: at, expireTime });
  // The token's row refers to the session's, which must be there first.
  await rows.em.flush();
  insertRefreshToken(rows, { refreshToken, tenantId, sessionId, expireTime });
  return { sessionId, refreshToken };
}

/** Stores a refresh token, as its hash. */
export function insertRefreshToken(
  rows: Rows,
  token: {
    refreshToken: string;
    tenantId: string;
    sessionId: string;
    expireTime: Temporal.Instant;
  },
): void {
  const { refreshToken, tenantId, sessionId, expireTime } = token;
  const tokenHash = refreshTokenHash(refreshToken);
  rows.insert(RefreshTokenRow, { tokenHash, tenantId, sessionId, expireTime });
}

/** What is stored of a refresh token: SHA-256, hex. Enough because the token is random. */
export function refreshTokenHash(refreshToken: string): string {
  return createHash('sha256').update(refreshToken).digest('hex');
}
