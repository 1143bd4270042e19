import { type Migration, runtimeMigration } from '@tollgate/runtime/migrations';
import { tenancy } from './0001-tenancy.ts';

/** Everything that makes Tenant's schema, in order. Entries are never edited or removed. */
export const migrations: Migration[] = [runtimeMigration('tenant', 'tenant'), tenancy];
