import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import type { IsSubset, RequiredEntityData } from '@mikro-orm/core';
import type { EntityManager, EntityName, FilterQuery, QueryOrderMap } from '@mikro-orm/postgresql';
import { type EventType, type ServiceName, type TenantId } from '@tollgate/api';
import { type Environment } from '@tollgate/api/words';
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
  readonly schema: ServiceName;
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
  write<T>(context: TenantContext, work: (rows: Rows) => Promise<T>): Promise<T>;
  write<T>(call: Call, work: (rows: Rows) => Promise<T>, options?: WriteOptions): Promise<T>;
  /**
   * A `write` of a call that says what it came to: the answer, whether it is a repetition's, and,
   * when the work ran, the facts that it hands over beside the answer. Facts of a run that was
   * undone never come out.
   */
  writeWithFacts<A, F>(
    call: Call,
    work: (rows: Rows) => Promise<{ readonly answer: A; readonly facts: F }>,
    options?: WriteOptions,
  ): Promise<Written<A, F>>;
  /** Runs the work in a read-only transaction that sees one tenant. */
  read<T>(context: Call | TenantContext, work: (rows: Rows) => Promise<T>): Promise<T>;
  /**
   * Runs the work in a transaction as the service's system role, which sees every tenant: for
   * background work and look-ups. `cause` is the event behind it: its environment and request id go
   * into emitted events. What a call writes is a `write` with `as: 'system'`.
   */
  system<T>(
    work: (rows: Rows) => Promise<T>,
    options?: { readonly cause?: EventCause },
  ): Promise<T>;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  /** Calls back right after each commit that wrote to the outbox; answers how to stop that. */
  onEmitted(listener: () => void): () => void;
}

/** How a call writes. */
export interface WriteOptions {
  /**
   * `tenant` (default): the caller's tenant alone; `system`: every tenant, for calls that have no
   * tenant yet (sign-up) and for operators. An idempotency key is then kept under the caller's
   * tenant, or the platform's where it has none.
   */
  readonly as?: 'tenant' | 'system';
  /**
   * Keeps the idempotency keys of different callers apart who have no credential yet: an e-mail
   * address, say, so that a stranger's `1` does not meet mine.
   */
  readonly keySpace?: string;
}

/** What a call's write came to. */
export type Written<A, F> =
  | { readonly answer: A; readonly replayed: false; readonly facts: F }
  | { readonly answer: A; readonly replayed: true };

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
   * Waits for a lock by name and key, and keeps it until the transaction ends: one at a time does
   * what the name says, in all processes. For what has no row to lock yet.
   */
  lock(name: LockName, key: string): Promise<void>;
  /** Takes a lock like `lock` if nobody has it, and answers whether it did. */
  tryLock(name: LockName, key: string): Promise<boolean>;
  /**
   * Announces a change: an event in the outbox, published after the commit and never without it.
   * Validated and numbered at the end of the work, so that row versions are known by then.
   */
  emit<P extends DescMessage>(event: OutgoingEvent<P>): void;
}

/** What a lock is about: `<service>.<noun>`. */
export type LockName = `${ServiceName | 'runtime'}.${string}`;

/** How `find` and `findAll` look. */
export interface FindOptions<R extends object> {
  readonly lock?: 'update' | 'share';
  readonly orderBy?: QueryOrderMap<R> | QueryOrderMap<R>[];
}

/** A change to announce. */
export interface OutgoingEvent<P extends DescMessage = DescMessage> {
  /** Which event, e.g. `subscriptionChanged` of the contract. */
  readonly type: EventType<P>;
  readonly tenantId: TenantId;
  /** Of the call or context by default, `live` where neither says. */
  readonly environment?: Environment;
  /** What changed. Events of one entity of a noun are published in the order of their commits. */
  readonly entityId: string;
  /** Must exceed the entity's last one. Absent: one more than the last. */
  readonly entityVersion?: bigint;
  /** The entity's full state after the change. */
  readonly payload: MessageInitShape<P>;
}
