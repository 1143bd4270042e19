import type { Rows } from '@tollgate/runtime/database';

/** Ends a sign-up: the user can log in from now on. False when another sign-up was first. */
export async function activateUser(rows: Rows, userId: string): Promise<boolean> {
  const activated = await rows.sql(
    `update auth.app_user set state = 'active'
     where user_id = $1 and state = 'pending' returning user_id`,
    [userId],
  );
  return activated.length > 0;
}
