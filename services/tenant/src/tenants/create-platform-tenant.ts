import { PLATFORM_TENANT_ID } from '@tollgate/api';
import type { Database } from '@tollgate/runtime/database';
import type { Clock } from '@tollgate/runtime/service';
import { addTenant } from './add-tenant.ts';

/**
 * Makes the root tenant at the first start; later starts, and other processes, find it there. Done
 * here and not by a migration, because its event makes Billing subscribe it like any other tenant.
 */
export async function createPlatformTenant(parts: {
  database: Database;
  clock: Clock;
}): Promise<void> {
  await parts.database.write({ tenantId: PLATFORM_TENANT_ID }, async (rows) => {
    await addTenant(rows, {
      tenantId: PLATFORM_TENANT_ID,
      slug: 'platform',
      tenantName: 'Platform',
      status: 'active',
      createTime: parts.clock.now(),
      platform: true,
    });
  });
}
