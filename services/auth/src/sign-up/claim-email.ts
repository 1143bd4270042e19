import { type Database, newId, type Rows } from '@tollgate/runtime/database';
import { conflict } from '@tollgate/runtime/errors';
import type { Clock } from '@tollgate/runtime/service';
import type { PasswordHasher } from '../users/password-hasher.ts';
import { UserRow } from '../users/user-row.ts';

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
  newcomer: Newcomer,
): Promise<EmailClaim> {
  const { database, passwords, clock } = parts;
  const { email, password } = newcomer;
  let passwordHash: string | undefined;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const found = await database.system((rows) => rows.find(UserRow, { email }));
    if (found?.state === 'active') return { kind: 'taken', user: found };
    if (found && (await passwords.verify(found.passwordHash, password))) {
      return { kind: 'claimed', userId: found.userId };
    }
    passwordHash ??= await passwords.hash(password);
    const claim = { ...newcomer, passwordHash, insteadOf: found?.userId, at: clock.now() };
    const userId = await database.system((rows) => claimUnchanged(rows, claim));
    if (userId !== undefined) return { kind: 'claimed', userId };
  }
  throw conflict();
}

/**
 * Takes the address when nobody has, or from the unfinished sign-up that was found there. Undefined
 * when it has changed since: that may be the same person's other try, which must keep its id, or
 * what Tenant made for it would belong to nobody.
 */
async function claimUnchanged(
  rows: Rows,
  claim: {
    email: string;
    fullName: string;
    passwordHash: string;
    insteadOf: string | undefined;
    at: Temporal.Instant;
  },
): Promise<string | undefined> {
  const { email, fullName, passwordHash, insteadOf = null, at } = claim;
  const [claimed] = await rows.sql<{ user_id: string }>(
    `insert into auth.app_user as known
       (user_id, email, full_name, password_hash, state, create_time)
     values ($1, $2, $3, $4, 'pending', $5)
     on conflict (email) do update set user_id = excluded.user_id,
       full_name = excluded.full_name, password_hash = excluded.password_hash,
       create_time = excluded.create_time
       where known.state = 'pending' and known.user_id = $6
     returning user_id`,
    [newId('usr'), email, fullName, passwordHash, at, insteadOf],
  );
  return claimed?.user_id;
}
