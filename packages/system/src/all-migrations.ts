import type { ServiceName } from '@tollgate/api';
import { migrations as auth } from '@tollgate/auth/migrations';
import { migrations as billing } from '@tollgate/billing/migrations';
import { migrations as metering } from '@tollgate/metering/migrations';
import { migrations as notification } from '@tollgate/notification/migrations';
import type { Migration } from '@tollgate/runtime/migrations';
import { migrations as tenant } from '@tollgate/tenant/migrations';

/** The migrations of each service, in the order in which they run. */
export const allMigrations: Readonly<Record<ServiceName, readonly Migration[]>> = {
  auth,
  tenant,
  metering,
  billing,
  notification,
};
