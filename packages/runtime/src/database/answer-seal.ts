import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** How stored answers rest in the database. `context` binds a sealed answer to its key. */
export interface AnswerSeal {
  seal(answer: Uint8Array, context: string): Uint8Array;
  /** Throws when the answer was not sealed with this key for this context. */
  open(sealed: Uint8Array, context: string): Uint8Array;
}

/**
 * Encrypts answers (AES-256-GCM, `nonce ‖ tag ‖ ciphertext`): some show a secret once, such as a
 * new API key, which must not rest in clear. `key` is 32 random bytes.
 */
export function aesSeal(key: Uint8Array): AnswerSeal {
  if (key.length !== 32) throw new Error('The key of a seal has 32 bytes.');
  return {
    seal(answer, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      const encrypted = Buffer.concat([cipher.update(answer), cipher.final()]);
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
