import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Secret } from '../config/secret.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts what must not rest in clear. `context` binds a sealed value to the row it belongs to. */
export interface Seal {
  seal(plain: Uint8Array, context: string): Uint8Array;
  /** Throws when the value was not sealed with this key for this context, or was changed. */
  open(sealed: Uint8Array, context: string): Uint8Array;
}

/** Encrypts by AES-256-GCM (`nonce ‖ tag ‖ ciphertext`). `key` is 32 random bytes. */
export function aesSeal(key: Uint8Array): Seal {
  if (key.length !== KEY_BYTES) throw new Error('The key of a seal has 32 bytes.');
  return {
    seal(plain, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]);
    },
    open(sealed, context) {
      const nonce = sealed.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce)
        .setAAD(Buffer.from(context))
        .setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const opened = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([opened, decipher.final()]);
    },
  };
}

/**
 * A key for one purpose out of the installation's encryption key (HKDF-SHA-256, RFC 5869). Throws
 * when `encryptionKey` is not 32 bytes in base64.
 */
export function purposeKey(encryptionKey: Secret, purpose: string): Uint8Array {
  const key = Buffer.from(encryptionKey.reveal(), 'base64');
  if (key.length !== KEY_BYTES) {
    throw new Error('TOLLGATE_ENCRYPTION_KEY must be 32 bytes in base64.');
  }
  return new Uint8Array(hkdfSync('sha256', key, '', `tollgate ${purpose}`, KEY_BYTES));
}
