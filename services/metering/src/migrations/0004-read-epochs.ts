import type { Migration } from '@tollgate/runtime/migrations';

/**
 * From which epoch's counters a saved one was read, and when one of an epoch before: only that can
 * hold a charge that was asked for before the epoch began. Null for those of before.
 */
export const readEpochs: Migration = {
  name: '0004-read-epochs',
  up: [
    `alter table metering.usage_counter
       add column read_epoch bigint, add column older_read_us bigint`,
  ],
};
