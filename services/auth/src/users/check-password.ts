import type { Database } from '@tollgate/runtime/database';
import { loginFailed } from '../errors.ts';
import type { User } from './domain/user.ts';
import type { PasswordHasher } from './password-hasher.ts';
import { findUserByEmail, replacePasswordHash } from './user-store.ts';

/**
 * The active user with this address and password. A hash of weaker parameters than today's is
 * renewed. Throws LOGIN_FAILED, after the same work whether the address is known or not.
 */
export async function checkPassword(
  { database, passwords }: { database: Database; passwords: PasswordHasher },
  { email, password }: { email: string; password: string },
): Promise<User> {
  const found = await database.system((rows) => findUserByEmail(rows, email));
  const user = found?.state === 'active' ? found : undefined;
  const matches = await passwords.verify(user?.passwordHash, password);
  if (!user || !matches) throw loginFailed();
  if (passwords.needsRehash(user.passwordHash)) {
    const renewed = await passwords.hash(password);
    await database.system((rows) => replacePasswordHash(rows, user, renewed));
  }
  return user;
}
