import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Secret } from '@tollgate/runtime';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts and decrypts endpoint secrets for rest: AES-256-GCM, bound to the endpoint's id. */
export interface SecretBox {
  seal(plain: string, endpointId: string): Uint8Array;
  /** Throws when the bytes were changed, or belong to another endpoint or key. */
  open(sealed: Uint8Array, endpointId: string): string;
}

/** A box under a key of its own, derived from the installation's encryption key. */
export function secretBox(encryptionKey: Secret): SecretBox {
  const master = Buffer.from(encryptionKey.reveal(), 'base64');
  if (master.length !== KEY_BYTES) throw new Error('TOLLGATE_ENCRYPTION_KEY must be 32 bytes.');
  const key = Buffer.from(hkdfSync('sha256', master, '', 'tollgate webhook secrets', KEY_BYTES));
  return {
    seal(plain, endpointId) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(endpointId));
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    open(bytes, endpointId) {
      const sealed = Buffer.from(bytes);
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(endpointId))
        .setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const plain = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([plain, decipher.final()]).toString('utf8');
    },
  };
}
