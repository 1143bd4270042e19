import type { TenantId } from '@tollgate/api';
import type { Role } from '@tollgate/api/words';
import { loginFailed, tenantRequired } from '../../errors.ts';

/** A user's role in one tenant, as Tenant says. */
export interface Membership {
  readonly tenantId: TenantId;
  readonly slug: string;
  readonly role: Role;
}

/**
 * The membership to log in with: the one of the tenant asked for, or the only one where the slug is
 * empty. Throws LOGIN_FAILED or TENANT_REQUIRED.
 */
export function chooseMembership(memberships: readonly Membership[], slug: string): Membership {
  const fitting = slug === '' ? memberships : memberships.filter((one) => one.slug === slug);
  const [first, second] = fitting;
  if (!first) throw loginFailed();
  if (second) throw tenantRequired(fitting.map((one) => one.slug));
  return first;
}
