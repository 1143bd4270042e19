import type { Rows } from '@tollgate/runtime/database';
import type { SealedSigningKey } from './domain/signing-key.ts';
import { SigningKeyRow } from './signing-key-row.ts';

/** Every signing key there is, in the order in which they sign. */
export async function listSigningKeys(rows: Rows): Promise<SealedSigningKey[]> {
  const found = await rows.findAll(SigningKeyRow, {}, { orderBy: { signFrom: 'asc' } });
  return found.map(({ kid, publicX, privateSealed, signFrom, signUntil }) => ({
    kid,
    publicX,
    privateSealed,
    signFrom,
    signUntil,
  }));
}

/** Adds a signing key. */
export function insertSigningKey(rows: Rows, key: SealedSigningKey): void {
  rows.insert(SigningKeyRow, key);
}
