import type { Client } from '@connectrpc/connect';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import type { Database } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { normalEmail } from '../users/domain/email.ts';
import type { LoginLimit } from '../users/domain/login-limit.ts';
import { loginFailed, tenantRequired, tooManyLogins } from '../errors.ts';
import type { PasswordHasher } from '../users/password-hasher.ts';
import { openSession } from './open-session.ts';
import { UserRow } from '../users/user-row.ts';
import type { AccessTokens } from '../access-tokens/access-tokens.ts';
import { fromProtoMembership, type Membership } from './membership-proto.ts';
import { sessionTokens } from './session-tokens.ts';

/** What a login works with. */
export interface LoginParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly passwords: PasswordHasher;
  readonly loginLimit: LoginLimit;
  readonly accessTokens: AccessTokens;
  readonly tenants: Client<typeof TenantInternalService>;
}

/**
 * Opens a session. An unknown address answers the same as a wrong password, after the same work; so
 * does a user without a tenant, or with another one than asked for.
 */
export function login(parts: LoginParts) {
  return handler(AuthService.method.login, async (input, call) => {
    const email = normalEmail(input.email);
    const waitMs = parts.loginLimit.take(email, parts.clock.monotonicMs());
    if (waitMs > 0) throw tooManyLogins(waitMs);
    const { userId } = await checkPassword(parts, { email, password: input.password });
    const { memberships } = await parts.tenants.listMemberships({ userId });
    const { tenantId, role } = choose(memberships.map(fromProtoMembership), input.tenant);
    const context = { tenantId, requestId: call.requestId };
    const opened = await parts.database.write(context, (rows) =>
      openSession(rows, { tenantId, userId, at: parts.clock.now() }),
    );
    const tokens = await sessionTokens(parts.accessTokens, { ...opened, tenantId, role, userId });
    return { ...tokens, userId, tenantId };
  });
}

async function checkPassword(
  { database, passwords }: LoginParts,
  { email, password }: { email: string; password: string },
): Promise<UserRow> {
  const user = await database.system((rows) => rows.find(UserRow, { email, state: 'active' }));
  const matches = await passwords.verify(user?.passwordHash, password);
  if (!user || !matches) throw loginFailed();
  const { userId, passwordHash } = user;
  if (passwords.needsRehash(passwordHash)) {
    const renewed = await passwords.hash(password);
    await database.system((rows) =>
      rows.sql(
        'update auth.app_user set password_hash = $1 where user_id = $2 and password_hash = $3',
        [renewed, userId, passwordHash],
      ),
    );
  }
  return user;
}

function choose(memberships: readonly Membership[], slug: string): Membership {
  const fitting = slug === '' ? memberships : memberships.filter((one) => one.slug === slug);
  const [first, second] = fitting;
  if (!first) throw loginFailed();
  if (second) throw tenantRequired(fitting.map((one) => one.slug));
  return first;
}
