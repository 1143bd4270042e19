import type { ServiceName } from '@tollgate/api';
import type { Migration } from '@tollgate/runtime/database';
import { migrations as auth } from '../services/auth/src/store/migrations/index.ts';
import { migrations as billing } from '../services/billing/src/store/migrations/index.ts';
import { migrations as metering } from '../services/metering/src/migrations/index.ts';
import { migrations as notification } from '../services/notification/src/store/migrations/index.ts';
import { migrations as tenant } from '../services/tenant/src/store/migrations/index.ts';

/** The migrations of each service, in the order in which they run. */
export const allMigrations: Readonly<Record<ServiceName, readonly Migration[]>> = {
  auth,
  tenant,
  metering,
  billing,
  notification,
};
