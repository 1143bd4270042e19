import { type Database, newId } from '@tollgate/runtime/database';
import { conflict } from '@tollgate/runtime/errors';
import type { Clock } from '@tollgate/runtime/service';
import type { User } from '../users/domain/user.ts';
import type { PasswordHasher } from '../users/password-hasher.ts';
import { findUserByEmail, insertClaim } from '../users/user-store.ts';

/** Somebody who wants to become a user. */
export interface Newcomer {
  /** Lower case. */
  readonly email: string;
  readonly password: string;
  readonly fullName: string;
}

/** Whether the address is the newcomer's now, or a user's already. */
export type EmailClaim =
  | { readonly kind: 'claimed'; readonly userId: string }
  | { readonly kind: 'taken'; readonly user: User };

/** How often a sign-up begins anew because another one for the same address came in between. */
const triesMax = 5;

/**
 * Reserves an address with a user id, before Tenant hears of the user. A sign-up that died half-way,
 * or still runs, is found again by its address and password, and goes on under the same id. With
 * another password it begins anew: nobody has proven yet that the address is theirs. Throws CONFLICT
 * when others claim the address again and again.
 */
export async function claimEmail(
  parts: { database: Database; passwords: PasswordHasher; clock: Clock },
  { email, password, fullName }: Newcomer,
): Promise<EmailClaim> {
  const { database, passwords, clock } = parts;
  let passwordHash: string | undefined;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const found = await database.system((rows) => findUserByEmail(rows, email));
    if (found?.state === 'active') return { kind: 'taken', user: found };
    if (found && (await passwords.verify(found.passwordHash, password))) {
      return { kind: 'claimed', userId: found.userId };
    }
    passwordHash ??= await passwords.hash(password);
    const insteadOf = found?.userId;
    const [userId, at] = [newId('usr'), clock.now()];
    const claim = { userId, email, fullName, passwordHash, insteadOf, at };
    const isMine = await database.system((rows) => insertClaim(rows, claim));
    if (isMine) return { kind: 'claimed', userId };
  }
  throw conflict();
}
