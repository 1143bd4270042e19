import type { Database } from '@tollgate/runtime/database';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import { isReadSince } from './usage-store.ts';

/**
 * Whether what Postgres has of a credential, in slots `from` one on, may hold a charge that was asked
 * for at `askedUs`, by Redis' clock, or later, of a run of Redis before the one that the tenant was
 * restored to.
 *
 * @throws CountersUnavailable when Postgres does not say.
 */
export type MaySavedHold = (
  credential: Parameters<typeof isReadSince>[1],
  askedUs: number,
) => Promise<boolean>;

/** Looks when the counters of older epochs were read that are saved. */
export function createMaySavedHold(database: Database): MaySavedHold {
  return (credential, askedUs) =>
    database
      .read({ tenantId: credential.tenantId }, (rows) => isReadSince(rows, credential, askedUs))
      .catch((cause: unknown) => {
        throw new CountersUnavailable('saved usage is not to be had', { cause });
      });
}
