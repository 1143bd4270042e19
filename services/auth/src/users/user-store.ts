import type { Rows } from '@tollgate/runtime/database';
import type { User } from './domain/user.ts';
import { UserRow } from './user-row.ts';

/** Unfinished sign-ups removed by one run; the next one goes on. */
const removedMax = 10_000;

/** The user with this id. */
export async function findUser(rows: Rows, userId: string): Promise<User | undefined> {
  return fromRow(await rows.find(UserRow, { userId }));
}

/** Who has an address, or claims it. Addresses are lower case. */
export async function findUserByEmail(rows: Rows, email: string): Promise<User | undefined> {
  return fromRow(await rows.find(UserRow, { email }));
}

/**
 * Takes an address when nobody has, or from the unfinished sign-up `insteadOf`, under a new user id.
 * False, and nothing happened, when the address has changed hands since: that may be the same
 * person's other try, which must keep its id, or what Tenant made for it would belong to nobody.
 */
export async function insertClaim(
  rows: Rows,
  claim: Pick<User, 'userId' | 'email' | 'fullName' | 'passwordHash'> & {
    readonly insteadOf: string | undefined;
    readonly at: Temporal.Instant;
  },
): Promise<boolean> {
  const { userId, email, fullName, passwordHash, insteadOf = null, at } = claim;
  const claimed = await rows.sql(
    `insert into auth.app_user as known
       (user_id, email, full_name, password_hash, state, create_time)
     values ($1, $2, $3, $4, 'pending', $5)
     on conflict (email) do update set user_id = excluded.user_id,
       full_name = excluded.full_name, password_hash = excluded.password_hash,
       create_time = excluded.create_time
       where known.state = 'pending' and known.user_id = $6
     returning user_id`,
    [userId, email, fullName, passwordHash, at, insteadOf],
  );
  return claimed.length > 0;
}

/** Ends a sign-up: the user can log in from now on. False when another sign-up was first. */
export async function activateUser(rows: Rows, userId: string): Promise<boolean> {
  const activated = await rows.sql(
    `update auth.app_user set state = 'active'
     where user_id = $1 and state = 'pending' returning user_id`,
    [userId],
  );
  return activated.length > 0;
}

/** Puts a hash of today's parameters in place of the user's present one, unless it has changed. */
export async function replacePasswordHash(
  rows: Rows,
  { userId, passwordHash }: User,
  renewed: string,
): Promise<void> {
  await rows.sql(
    'update auth.app_user set password_hash = $1 where user_id = $2 and password_hash = $3',
    [renewed, userId, passwordHash],
  );
}

/** Removes sign-ups that began before an instant and have not ended, 10,000 at most. */
export async function removeUnfinished(rows: Rows, begunBefore: Temporal.Instant): Promise<void> {
  await rows.sql(
    `delete from auth.app_user where user_id in (
       select user_id from auth.app_user
       where state = 'pending' and create_time < $1 limit ${removedMax} for update skip locked)`,
    [begunBefore],
  );
}

function fromRow(row: UserRow | null): User | undefined {
  if (!row) return undefined;
  const { userId, email, fullName, passwordHash, state } = row;
  return { userId, email, fullName, passwordHash, state };
}
