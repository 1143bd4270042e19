import type { TenantId } from '@tollgate/api';
import type { Call } from '@tollgate/runtime/rpc';

/**
 * Makes sure that everything a tenant has used before this call is in Postgres. Without Redis the
 * last snapshot has to do: the answer then carries `x-tollgate-degraded`.
 *
 * @throws Error when Postgres cannot be reached.
 */
export type FreshUsage = (
  call: Pick<Call, 'answerHeader' | 'log'>,
  tenantId: TenantId,
) => Promise<void>;
