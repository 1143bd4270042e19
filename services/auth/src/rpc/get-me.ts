import { type Client, ConnectError } from '@connectrpc/connect';
import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { BillingInternalService } from '@tollgate/api/tollgate/billing/v1/billing_internal_service';
import type { Database } from '@tollgate/runtime/database';
import { type Call, handler } from '@tollgate/runtime/rpc';
import { UserRow } from '../store/user-row.ts';

/** Who the caller is. The plan is empty when Billing does not answer: the rest is still true. */
export function getMe(parts: {
  database: Database;
  billing: Client<typeof BillingInternalService>;
}) {
  return handler(AuthService.method.getMe, async (_, call) => {
    const { principal, tenantId, environment } = call;
    const plan = await planOf(parts.billing, call);
    const { role, keyId = '' } = principal;
    // Every user has a role, and no key.
    if (role === undefined) return { tenantId, role: 'api_key', plan, environment, keyId };
    const userId = principal.subject;
    const user = await parts.database.read(call, (rows) => rows.find(UserRow, { userId }));
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

async function planOf(billing: Client<typeof BillingInternalService>, call: Call): Promise<string> {
  const { tenantId } = call;
  try {
    return (await billing.getEntitlements({ tenantId })).entitlements?.planId ?? '';
  } catch (error) {
    call.log.warn({ error: ConnectError.from(error) }, 'the plan of a caller is not known');
    return '';
  }
}
