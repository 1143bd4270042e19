import { randomBytes } from 'node:crypto';
import type { TenantId } from '@tollgate/api';
import { newId, type Rows } from '@tollgate/runtime/database';
import { firstRefreshToken, refreshTokenHash } from './domain/refresh-token.ts';
import { refreshTokenHours } from './domain/session.ts';
import { insertSession } from './session-store.ts';

/** Opens a session. Answers its id and its first refresh token, which exists nowhere else. */
export async function openSession(
  rows: Rows,
  { tenantId, userId, at }: { tenantId: TenantId; userId: string; at: Temporal.Instant },
): Promise<{ sessionId: string; refreshToken: string }> {
  const sessionId = newId('ses');
  const refreshToken = firstRefreshToken(randomBytes);
  const expireTime = at.add({ hours: refreshTokenHours });
  await insertSession(
    rows,
    { sessionId, tenantId, userId, createTime: at, expireTime },
    { tokenHash: refreshTokenHash(refreshToken), tenantId, sessionId, expireTime },
  );
  return { sessionId, refreshToken };
}
