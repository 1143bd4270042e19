import type { Client } from '@connectrpc/connect';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import type { Database } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import type { AccessTokens } from '../access-tokens/access-tokens.ts';
import { tooManyLogins } from '../errors.ts';
import { checkPassword } from '../users/check-password.ts';
import { normalEmail } from '../users/domain/email.ts';
import type { LoginLimit } from '../users/login-limit.ts';
import type { PasswordHasher } from '../users/password-hasher.ts';
import { chooseMembership } from './domain/membership.ts';
import { fromProtoMembership } from './membership-proto.ts';
import { openSession } from './open-session.ts';
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
  const { database, clock, loginLimit, accessTokens, tenants } = parts;
  return handler(AuthService.method.login, async (input, call) => {
    const email = normalEmail(input.email);
    const waitMs = loginLimit.take(email, clock.monotonicMs());
    if (waitMs > 0) throw tooManyLogins(waitMs);
    const { userId } = await checkPassword(parts, { email, password: input.password });
    const { memberships } = await tenants.listMemberships({ userId });
    const known = memberships.map(fromProtoMembership);
    const { tenantId, role } = chooseMembership(known, input.tenant);
    const context = { tenantId, requestId: call.requestId };
    const opened = await database.write(context, (rows) =>
      openSession(rows, { tenantId, userId, at: clock.now() }),
    );
    const tokens = await sessionTokens(accessTokens, { ...opened, tenantId, role, userId });
    return { ...tokens, userId, tenantId };
  });
}
