import type { Environment } from '@tollgate/runtime';
import type { Limit, LimitState } from '../domain/limit.ts';
import type { Reservation } from '../domain/reservation.ts';

/** A limit and the name of what it is counted by. */
export interface NamedLimit {
  readonly limit: Limit;
  /** Name of a rate's state in Redis; a quota is counted by the month's counter of its tenant. */
  readonly key: string;
}

/**
 * Everything equal requests share: whose limits they are and where they are counted. Requests with
 * the same object in one batch are merged, so callers keep and reuse it.
 */
export interface Account {
  /** Hash tag of all its keys: the tenant, or `anonymous:<address>`. */
  readonly tenant: string;
  readonly environment: Environment;
  /** Under which usage is counted; absent where calls are limited and not counted. */
  readonly keyId?: string;
  /** At most {@link limitsMax}. */
  readonly limits: readonly NamedLimit[];
}

/** More limits on one request than anybody needs; keeps a batch within what Lua can unpack. */
export const limitsMax = 16;

/** One thing to decide. */
export type Operation =
  /** Charge if every limit holds. */
  | { readonly kind: 'admit'; readonly account: Account; readonly requestId: string }
  /** Charge whatever the limits say: the call was let through while counters were away. */
  | { readonly kind: 'charge'; readonly account: Account; readonly requestId: string }
  /** Take back the charge of a call that failed. */
  | {
      readonly kind: 'giveBack';
      readonly tenant: string;
      readonly reservation: Reservation;
      readonly requestId: string;
    };

/** What came of it. */
export interface Outcome {
  readonly verdict:
    | 'refused'
    /** Admitted and charged; or given back. */
    | 'done'
    /** The same request had been admitted and charged before. */
    | 'repeated'
    /** The tenant's counters are incomplete: restore them, then ask again. */
    | 'incomplete'
    /** Nothing to give back: never admitted, forgotten, or given back before. */
    | 'nothing';
  /** One for each limit of the account, in its order; empty when incomplete. */
  readonly states: readonly LimitState[];
  /** Where the call was counted, when it was counted now. */
  readonly reservation?: Reservation;
}

/** Redis did not answer in time, or not at all; nothing is known about what was asked. */
export class CountersUnavailable extends Error {
  override readonly name = 'CountersUnavailable';
}
