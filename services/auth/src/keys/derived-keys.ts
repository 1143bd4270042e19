import { createHmac } from 'node:crypto';
import type { Secret } from '@tollgate/runtime/config';
import { purposeKey } from '@tollgate/runtime/database';

/** The keys that protect what Auth stores, each for one purpose, all from the encryption key. */
export interface DerivedKeys {
  /** What is stored of an API key's secret: HMAC-SHA-256, hex. Useless without the pepper. */
  hashSecret(secret: string): string;
  /** The refresh token that follows another one: unguessable, and the same each time. */
  nextRefreshToken(refreshToken: string): string;
  /** Encrypts the private halves of signing keys. */
  readonly signingKeys: Uint8Array;
}

/** Derives the keys (HKDF-SHA-256). Throws when the setting is not 32 bytes in base64. */
export function deriveKeys(encryptionKey: Secret): DerivedKeys {
  const derive = (purpose: string) => purposeKey(encryptionKey, `auth ${purpose}`);
  const pepper = derive('pepper of API keys');
  const refresh = derive('refresh tokens');
  return {
    hashSecret: (secret) => createHmac('sha256', pepper).update(secret).digest('hex'),
    nextRefreshToken: (token) =>
      `tgr_${createHmac('sha256', refresh).update(token).digest('base64url')}`,
    signingKeys: derive('signing keys'),
  };
}
