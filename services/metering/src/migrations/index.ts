import { type Migration, runtimeMigration } from '@tollgate/runtime/migrations';
import { counters } from './0001-counters.ts';
import { slots } from './0002-slots.ts';
import { readTimes } from './0003-read-times.ts';
import { readEpochs } from './0004-read-epochs.ts';

/** Everything that makes Metering's schema, in order. Entries are never edited or removed. */
export const migrations: Migration[] = [
  runtimeMigration('metering', 'metering'),
  counters,
  slots,
  readTimes,
  readEpochs,
];
