import type { Migration } from '@tollgate/runtime/migrations';

/**
 * Usage is counted by slots of a quarter of an hour. Rows of whole hours stay where they are, as the
 * slot that begins their hour: sums of whole hours are what they were, and the counter in Redis of
 * the hour that is under way goes on as the one of that slot. A Metering of before cannot work
 * afterwards.
 */
export const slots: Migration = {
  name: '0002-slots',
  breaks: { 'renaming-column': 'A Metering of before is stopped first, as the changelog says.' },
  up: ['alter table metering.usage_counter rename column hour to slot'],
};
