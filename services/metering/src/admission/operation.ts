import type { Environment } from '@tollgate/api/words';
import type { Reservation } from '../counters/domain/reservation.ts';
import type { Limit, LimitState } from '../policies/domain/limit.ts';

/** A limit and the name of what it is counted by. */
export interface NamedLimit {
  readonly limit: Limit;
  /** Name of a rate's state in Redis; a quota is counted by the month's counter of its tenant. */
  readonly key: string;
}

/**
 * Who a call is charged to: everything that equal requests share, whose limits they are and where
 * they are counted. Nothing is stored of it. Requests with the same object in one batch are merged,
 * so callers keep and reuse it.
 */
export interface Account {
  /** Hash tag of all its keys: the tenant, or `anonymous:<address>`. */
  readonly tenant: string;
  readonly environment: Environment;
  /** Under which usage is counted; absent where calls are limited and not counted. */
  readonly keyId?: string;
  /** Few: a plan's, of which there are at most `planLimitsMax`, and the key's own. */
  readonly limits: readonly NamedLimit[];
}

/** One thing to decide. */
export type Operation =
  /** Charge if every limit holds. */
  | { readonly kind: 'admit'; readonly account: Account; readonly requestId: string }
  /** Charge whatever the limits say: the call was let through while counters were away. */
  | {
      readonly kind: 'charge';
      readonly account: Account;
      readonly requestId: string;
      /** By the monotonic clock; not asked any later: see {@link CountersUnavailable}. */
      readonly untilMs: number;
    }
  /** Take back the charge of a call that failed. */
  | {
      readonly kind: 'giveBack';
      readonly tenant: string;
      readonly reservation: Reservation;
      readonly requestId: string;
    }
  /** Say where a call was charged; one that was not will not be, however late its charge comes. */
  | { readonly kind: 'find'; readonly tenant: string; readonly requestId: string };

/** What came of it. */
export interface Outcome {
  readonly verdict:
    | 'refused'
    /** Admitted and charged; or given back; or found. */
    | 'done'
    /** The same request had been admitted and charged before. */
    | 'repeated'
    /** The tenant's counters are incomplete: restore them, then ask again. */
    | 'incomplete'
    /** Nothing to give back or to be found: never admitted, forgotten, or given back before. */
    | 'nothing';
  /** One for each limit of the account, in its order; empty when incomplete. */
  readonly states: readonly LimitState[];
  /** Where the call was counted, when it was counted now, or found. */
  readonly reservation?: Reservation;
}

/** A charge may have been made, and so long ago that it might be forgotten: it is not made again. */
export class ChargeForgotten extends Error {
  override readonly name = 'ChargeForgotten';
}
