import type { Meter } from '@tollgate/api/words';

/** The only meter so far. Its word stands in Redis' and in Postgres' rows. */
export const requestsMeter: Meter = 'requests';
