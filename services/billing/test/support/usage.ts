import type { TenantId } from '@tollgate/api';
import type { FreshDatabase } from '@tollgate/testkit';

/** Usage of an earlier slot, as Metering's recorder saved it; a bill needs no call for it. */
export async function record(
  database: FreshDatabase,
  usage: {
    readonly tenantId: TenantId;
    readonly environment?: 'test' | 'live';
    readonly slot: string;
    readonly admitted: bigint;
    readonly givenBack?: bigint;
  },
): Promise<void> {
  const { tenantId, environment = 'live', slot, admitted, givenBack = 0n } = usage;
  await database.sql(
    `insert into metering.usage_counter
       (tenant_id, environment, meter, slot, key_id, admitted, given_back)
     values ($1, $2, 'requests', $3, 'key_sample', $4, $5)`,
    [tenantId, environment, slot, admitted, givenBack],
  );
}
