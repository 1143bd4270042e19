import type { Secret } from '@tollgate/runtime/config';
import { purposeKey } from '@tollgate/runtime/config';
import { aesSeal } from '@tollgate/runtime/database';

/** Encrypts and decrypts endpoint secrets for rest, bound to the endpoint's id. */
export interface SecretBox {
  seal(plain: string, endpointId: string): Uint8Array;
  /** Throws when the bytes were changed, or belong to another endpoint or key. */
  open(sealed: Uint8Array, endpointId: string): string;
}

/** A box under a key of its own, derived from the installation's encryption key. */
export function secretBox(encryptionKey: Secret): SecretBox {
  const { seal, open } = aesSeal(purposeKey(encryptionKey, 'notification webhook secrets'));
  return {
    seal: (plain, endpointId) => seal(Buffer.from(plain, 'utf8'), endpointId),
    open: (sealed, endpointId) => Buffer.from(open(sealed, endpointId)).toString('utf8'),
  };
}
