import type { Client } from '@connectrpc/connect';
import { AuthService, type SignUpRequest } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { TenantInternalService } from '@tollgate/api/tollgate/tenant/v1/tenant_internal_service';
import type { Database } from '@tollgate/runtime/database';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import type { AccessTokens } from '../access-tokens/access-tokens.ts';
import { emailTaken, tooManyLogins } from '../errors.ts';
import type { Membership } from '../sessions/domain/membership.ts';
import { fromProtoMembership } from '../sessions/membership-proto.ts';
import { openSession } from '../sessions/open-session.ts';
import { sessionTokens } from '../sessions/session-tokens.ts';
import { normalEmail } from '../users/domain/email.ts';
import type { LoginLimit } from '../users/login-limit.ts';
import type { PasswordHasher } from '../users/password-hasher.ts';
import { activateUser } from '../users/user-store.ts';
import { claimEmail, type EmailClaim } from './claim-email.ts';

/** What a sign-up works with. */
export interface SignUpParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly passwords: PasswordHasher;
  readonly loginLimit: LoginLimit;
  readonly accessTokens: AccessTokens;
  readonly tenants: Client<typeof TenantInternalService>;
  /** Lower case; nobody signs up with the address that the operator will have. */
  readonly operatorEmail: string;
}

/**
 * Creates a user with a tenant of its own, or as a member of the tenant that invited it, and opens a
 * session. Three steps, each of which may be repeated: claim the address, ask Tenant, make the user
 * active. A sign-up that died in between goes on when it is tried again with the same password.
 */
export function signUp(parts: SignUpParts) {
  const { database, clock, loginLimit, accessTokens, operatorEmail } = parts;
  return handler(AuthService.method.signUp, async (input, call) => {
    const email = normalEmail(input.email);
    const waitMs = loginLimit.take(email, clock.monotonicMs());
    if (waitMs > 0) throw tooManyLogins(waitMs);
    if (email === operatorEmail) throw emailTaken();
    const { password, fullName } = input;
    const claim = await claimEmail(parts, { email, password, fullName });
    // Callers without a credential share one space of keys, in which a stranger's `1` must not be mine.
    const scope = { as: 'system', keySpace: email } as const;
    if (claim.kind === 'taken' && !(await mayJoin(parts, input, claim))) {
      // A repetition of the sign-up that took the address gets its answer back here.
      return database.write(call, () => Promise.reject(emailTaken()), scope);
    }
    const userId = claim.kind === 'taken' ? claim.user.userId : claim.userId;
    const membership = await findPlace(parts, { input, email, userId });
    return database.write(
      call,
      async (rows) => {
        if (claim.kind === 'claimed' && !(await activateUser(rows, userId))) throw emailTaken();
        const { tenantId, role } = membership;
        const opened = await openSession(rows, { tenantId, userId, at: clock.now() });
        const session = { ...opened, tenantId, role, userId };
        const tokens = await sessionTokens(accessTokens, session);
        return { userId, tenantId, ...tokens };
      },
      scope,
    );
  });
}

/** A user with an invitation joins a further tenant, when the password is the user's own. */
async function mayJoin(
  { passwords }: SignUpParts,
  { invitationToken, password }: SignUpRequest,
  { user }: Extract<EmailClaim, { kind: 'taken' }>,
): Promise<boolean> {
  return invitationToken !== '' && passwords.verify(user.passwordHash, password);
}

async function findPlace(
  { tenants }: SignUpParts,
  { input, email, userId }: { input: SignUpRequest; email: string; userId: string },
): Promise<Membership> {
  const { invitationToken, tenant: slug, organizationName: tenantName } = input;
  const { membership } =
    invitationToken === ''
      ? await tenants.provisionTenant({ userId, email, tenantName, slug })
      : await tenants.acceptInvitation({ userId, email, invitationToken, slug });
  return fromProtoMembership(membership);
}
