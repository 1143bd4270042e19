import type { Migration } from '@tollgate/runtime/migrations';

/**
 * When a saved counter was read from Redis, by its clock in microseconds since 1970: a charge that
 * was asked for later is not in it. Null for those of before, and for what a recorder of before
 * still saves: recorders are upgraded first.
 */
export const readTimes: Migration = {
  name: '0003-read-times',
  up: ['alter table metering.usage_counter add column read_us bigint'],
};
