import { createHash, createHmac } from 'node:crypto';

/** Bytes of randomness in the first refresh token of a session. */
const refreshTokenBytes = 32;

/** The first refresh token of a session, of 32 random bytes. */
export function firstRefreshToken(randomBytes: (length: number) => Uint8Array): string {
  return `tgr_${Buffer.from(randomBytes(refreshTokenBytes)).toString('base64url')}`;
}

/** The refresh token that follows another one: unguessable without the key, the same each time. */
export function nextRefreshToken(key: Uint8Array, refreshToken: string): string {
  return `tgr_${createHmac('sha256', key).update(refreshToken).digest('base64url')}`;
}

/** What is stored of a refresh token: SHA-256, hex. Enough because the token is random. */
export function refreshTokenHash(refreshToken: string): string {
  return createHash('sha256').update(refreshToken).digest('hex');
}
