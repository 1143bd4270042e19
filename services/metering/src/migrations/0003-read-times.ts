import type { Migration } from '@tollgate/runtime/migrations';

/**
 * When a saved counter was read from Redis, by its clock in microseconds since 1970; null for those
 * of before. A charge that was asked for later is not in it.
 */
export const readTimes: Migration = {
  name: '0003-read-times',
  up: ['alter table metering.usage_counter add column read_us bigint'],
};
