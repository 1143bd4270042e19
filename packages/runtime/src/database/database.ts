import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import type { IsSubset, RequiredEntityData } from '@mikro-orm/core';
import type { EntityManager, EntityName, FilterQuery, QueryOrderMap } from '@mikro-orm/postgresql';
import type { Environment, TenantId } from '@tollgate/api';
import type { Call } from '../rpc/call.ts';

/** Whose rows a transaction sees when no call stands behind it. */
export interface TenantContext {
  readonly tenantId: TenantId;
  /** Goes into emitted events; `live` by default. */
  readonly environment?: Environment;
  /** Goes into emitted events, so that work can be traced to its cause. */
  readonly requestId?: string;
}

/** What is passed on from an event or job that causes further events. */
export type EventCause = Omit<TenantContext, 'tenantId'>;

/** A pool of connections to one service's schema. Nothing touches rows outside its transactions. */
export interface Database extends AsyncDisposable {
  /** The schema, which is also the service's name. */
  readonly schema: string;
  /**
   * Runs the work in one transaction that sees one tenant, and answers what it answers. Changed
   * rows, emitted events and the stored answer are committed together or not at all. Work that lost
   * a deadlock or a serialization race is run again, at most twice, so it must not act outside.
   *
   * With a call that carries an idempotency key, `work` must answer the RPC's answer. The first call
   * stores it; a repetition with the same input gets it back, with the header
   * `idempotency-replayed: true`, and `work` does not run. Another input under the same key throws
   * IDEMPOTENCY_KEY_REUSED, a key whose first call is still running for long IDEMPOTENCY_KEY_IN_USE.
   * One such write per call.
   */
  write<T>(context: Call | TenantContext, work: (rows: Rows) => Promise<T>): Promise<T>;
  /** Runs the work in a read-only transaction that sees one tenant. */
  read<T>(context: Call | TenantContext, work: (rows: Rows) => Promise<T>): Promise<T>;
  /**
   * Runs the work in a transaction as the service's system role, which sees every tenant: for
   * background work, and for calls that have no tenant yet (sign-up, login). `cause` is the call or
   * event behind it: its environment and request id go into emitted events, and an idempotency key
   * holds as in `write`, under the platform tenant where the caller has none.
   */
  system<T>(
    work: (rows: Rows) => Promise<T>,
    options?: { readonly cause?: Call | EventCause },
  ): Promise<T>;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  /** Calls back right after each commit that wrote to the outbox; answers how to stop that. */
  onEmitted(listener: () => void): () => void;
}

/** What `work` can do within its transaction. Not to be used after the work has ended. */
export interface Rows {
  /** MikroORM's manager of this transaction alone, for what the methods here do not cover. */
  readonly em: EntityManager;
  /**
   * The first row that matches, or null. A found row is tracked: assigned fields are written at
   * the end of the work. `lock: 'update'` waits for and keeps the row; so does `'share'` for readers.
   */
  find<R extends object>(
    row: EntityName<R>,
    where: FilterQuery<NoInfer<R>>,
    options?: FindOptions<NoInfer<R>>,
  ): Promise<R | null>;
  /** All rows that match, tracked like those of `find`. Lists of unknown length need a `limit`. */
  findAll<R extends object>(
    row: EntityName<R>,
    where: FilterQuery<NoInfer<R>>,
    options?: FindOptions<NoInfer<R>> & { readonly limit?: number; readonly offset?: number },
  ): Promise<R[]>;
  /** Adds a row, written by the next query or at the end of the work. */
  insert<R extends object, D extends RequiredEntityData<R, never, false>>(
    row: EntityName<R>,
    data: D & IsSubset<RequiredEntityData<R, never, false>, D>,
  ): R;
  /** Removes a tracked row, at the next query or at the end of the work. */
  remove(row: object): void;
  /**
   * Runs one statement with `$1`-style parameters, after writing what is tracked so far; the schema
   * is on the search path. Answers plain rows: `bigint` and `count(*)` as bigint, `numeric` and
   * `date` as text, `timestamptz` as Temporal.Instant, `json` parsed. Parameters may be of the same
   * types, and arrays of them. `sum()` of a bigint is numeric: cast it back.
   */
  sql<T extends object = Record<string, unknown>>(
    text: string,
    parameters?: readonly unknown[],
  ): Promise<T[]>;
  /**
   * Runs work that belongs to another tenant within this transaction, for the few calls that make
   * one (an operator creates a tenant): `sql`, rows and events see that tenant until it ends.
   * The caller's right to do so has been checked. Work of one transaction never runs side by side.
   */
  inTenant<T>(tenantId: TenantId, work: () => Promise<T>): Promise<T>;
  /**
   * Announces a change: an event in the outbox, published after the commit and never without it.
   * Validated and numbered at the end of the work, so that row versions are known by then.
   */
  emit<P extends DescMessage>(event: OutgoingEvent<P>): void;
}

/** How `find` and `findAll` look. */
export interface FindOptions<R extends object> {
  readonly lock?: 'update' | 'share';
  readonly orderBy?: QueryOrderMap<R> | QueryOrderMap<R>[];
}

/** A change to announce. */
export interface OutgoingEvent<P extends DescMessage = DescMessage> {
  /** `<domain>.<noun>.<verb>`, e.g. `billing.subscription.changed`. */
  readonly subject: string;
  readonly tenantId: TenantId;
  /** Of the call or context by default, `live` where neither says. */
  readonly environment?: Environment;
  /** What changed. Events of one entity of a noun are published in the order of their commits. */
  readonly entityId: string;
  /** Must exceed the entity's last one. Absent: one more than the last. */
  readonly entityVersion?: bigint;
  /** The payload's type, e.g. `SubscriptionChangedSchema`. */
  readonly schema: P;
  /** The entity's full state after the change. */
  readonly payload: MessageInitShape<P>;
}
