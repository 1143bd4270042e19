import { type Clock, type Database, newId } from '@tollgate/runtime';
import type { PasswordHasher } from '../passwords/password-hasher.ts';
import { UserRow } from './user-row.ts';

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
  | { readonly kind: 'taken'; readonly user: { userId: string; passwordHash: string } };

/**
 * Reserves an address with a user id, before Tenant hears of the user. A sign-up that died half-way
 * is found again by its address and password, and goes on under the same id. With another password
 * it begins anew: nobody has proven yet that the address is theirs.
 */
export async function claimEmail(
  parts: { database: Database; passwords: PasswordHasher; clock: Clock },
  newcomer: Newcomer,
): Promise<EmailClaim> {
  const { database, passwords, clock } = parts;
  const { email, password, fullName } = newcomer;
  const found = await database.system((rows) => rows.find(UserRow, { email }));
  if (found?.state === 'active') return { kind: 'taken', user: found };
  if (found && (await passwords.verify(found.passwordHash, password))) {
    return { kind: 'claimed', userId: found.userId };
  }
  const passwordHash = await passwords.hash(password);
  return database.system(async (rows): Promise<EmailClaim> => {
    const [claimed] = await rows.sql<{ user_id: string }>(
      `insert into auth.app_user as known
         (user_id, email, full_name, password_hash, state, create_time)
       values ($1, $2, $3, $4, 'pending', $5)
       on conflict (email) do update set user_id = excluded.user_id,
         full_name = excluded.full_name, password_hash = excluded.password_hash,
         create_time = excluded.create_time
         where known.state = 'pending'
       returning user_id`,
      [newId('usr'), email, fullName, passwordHash, clock.now()],
    );
    if (claimed) return { kind: 'claimed', userId: claimed.user_id };
    const user = await rows.find(UserRow, { email });
    if (!user) throw new Error('A claimed address is gone.');
    return { kind: 'taken', user };
  });
}
