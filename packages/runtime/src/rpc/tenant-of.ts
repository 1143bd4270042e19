import { isId, type TenantId } from '@tollgate/api';
import { notFound } from '../errors/shared-failures.ts';
import type { Call } from './call.ts';

/**
 * The tenant a call is about: the caller's own when `requested` is empty or names it; any other one
 * for operators and services. Everybody else gets NOT_FOUND, as for a tenant that does not exist.
 */
export function tenantOf(call: Pick<Call, 'principal' | 'tenantId'>, requested: string): TenantId {
  const { principal } = call;
  if (requested === '') return call.tenantId;
  const isOperator = principal.kind === 'user' && principal.role === 'platform_admin';
  const mayNameAny = isOperator || principal.kind === 'service';
  if (isId('ten', requested) && (mayNameAny || requested === principal.tenantId)) return requested;
  throw notFound('tenant', requested);
}
