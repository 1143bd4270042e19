import type { TenantId } from '@tollgate/api';
import type { Database, Rows } from '@tollgate/runtime/database';
import type { Call } from '@tollgate/runtime/rpc';

/**
 * Writes rows of one tenant: in the tenant's own context when the caller belongs to it, else, for
 * operators, as the system. The work names the tenant in every query, whatever the context shows.
 */
export function writeTenant<T>(
  parts: { database: Database; call: Call; tenantId: TenantId },
  work: (rows: Rows) => Promise<T>,
): Promise<T> {
  const { database, call, tenantId } = parts;
  const as = call.principal.tenantId === tenantId ? 'tenant' : 'system';
  return database.write(call, work, { as });
}

/** Reads rows of one tenant, in the same context as `writeTenant`. */
export function readTenant<T>(
  parts: { database: Database; call: Call; tenantId: TenantId },
  work: (rows: Rows) => Promise<T>,
): Promise<T> {
  const { database, call, tenantId } = parts;
  return call.principal.tenantId === tenantId ? database.read(call, work) : database.system(work);
}
