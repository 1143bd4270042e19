import { type Migration, runtimeMigration } from '@tollgate/runtime/migrations';
import { counters } from './0001-counters.ts';
import { slots } from './0002-slots.ts';

/** Everything that makes Metering's schema, in order. Entries are never edited or removed. */
export const migrations: Migration[] = [runtimeMigration('metering', 'metering'), counters, slots];
