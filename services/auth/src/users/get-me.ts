import { type Client, ConnectError } from '@connectrpc/connect';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { BillingInternalService } from '@tollgate/api/tollgate/billing/v1/billing_internal_service';
import type { Database } from '@tollgate/runtime/database';
import { type Call, handler } from '@tollgate/runtime/rpc';
import { findUser } from './user-store.ts';

/** What GetMe works with. */
export interface GetMeParts {
  readonly database: Database;
  readonly billing: Client<typeof BillingInternalService>;
}

/** Who the caller is. The plan is empty when Billing does not answer: the rest is still true. */
export function getMe({ database, billing }: GetMeParts) {
  return handler(AuthService.method.getMe, async (_, call) => {
    const { principal, tenantId, environment } = call;
    const plan = await planOf(billing, call);
    if (principal.kind !== 'user') {
      const keyId = principal.kind === 'api_key' ? principal.keyId : '';
      return { tenantId, role: 'api_key', plan, environment, keyId };
    }
    const { subject: userId, role } = principal;
    const user = await database.read(call, (rows) => findUser(rows, userId));
    return {
      userId,
      email: user?.email ?? '',
      fullName: user?.fullName ?? '',
      tenantId,
      role,
      plan,
      environment,
    };
  });
}

async function planOf(billing: GetMeParts['billing'], { tenantId, log }: Call): Promise<string> {
  try {
    return (await billing.getEntitlements({ tenantId })).entitlements?.planId ?? '';
  } catch (error) {
    log.warn({ error: ConnectError.from(error) }, 'the plan of a caller is not known');
    return '';
  }
}
