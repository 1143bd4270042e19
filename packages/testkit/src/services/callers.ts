import { PLATFORM_TENANT_ID, type ServiceName, type TenantId } from '@tollgate/api';
import type { Role } from '@tollgate/api/words';
import { newId } from '@tollgate/runtime/database';
import type { PrincipalClaims } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { principalToken, testIdentity } from './test-platform.ts';

/**
 * Who calls in a test: a credential's principal as Auth would say it, a service itself, or whoever
 * an internal token from elsewhere names, which is asked for at each call.
 */
export type Caller =
  | PrincipalClaims
  | { readonly service: ServiceName }
  | { readonly token: () => Promise<string> };

/** A user of a tenant with a role, its owner by default, with live credentials. */
export function user(
  tenantId: TenantId,
  { role = 'owner', userId = newId('usr') }: { role?: Role; userId?: string } = {},
): Caller {
  return { kind: 'user', subject: userId, tenantId, role, environment: 'live' };
}

/** An operator: an administrator of the platform's own tenant. */
export const operator: Caller = user(PLATFORM_TENANT_ID, { role: 'platform_admin' });

/** The internal token that carries the caller, good from the clock's now. */
export function tokenOf(caller: Caller, clock: Clock): Promise<string> {
  if ('token' in caller) return caller.token();
  return 'service' in caller
    ? testIdentity(caller.service, clock).signServiceToken()
    : principalToken(caller, clock);
}
