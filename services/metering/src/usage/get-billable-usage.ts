import { MeteringInternalService } from '@tollgate/api/tollgate/metering/v1/metering_internal_service';
import type { Database } from '@tollgate/runtime/database';
import { handler, tenantOf } from '@tollgate/runtime/rpc';
import type { FreshUsage } from './fresh-usage.ts';
import { usageSpan } from './usage-span.ts';
import { sumUsage } from './usage-store.ts';

/** What a tenant is billed for between two instants, on slots, including all admitted before the call. */
export function getBillableUsage(parts: { database: Database; freshUsage: FreshUsage }) {
  const { database, freshUsage } = parts;
  return handler(MeteringInternalService.method.getBillableUsage, async (input, call) => {
    const { environment, meter } = input;
    const span = usageSpan(input);
    const tenantId = tenantOf(call, input.tenantId);
    await freshUsage(call, tenantId);
    const { admitted, givenBack } = await database.read({ tenantId }, (rows) =>
      sumUsage(rows, { ...span, tenantId, environment, meter }),
    );
    return { quantity: admitted - givenBack, admitted, givenBack };
  });
}
