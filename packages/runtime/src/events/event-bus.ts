import type { DescMessage } from '@bufbuild/protobuf';
import type { EventType } from '@tollgate/api';
import type { Database, Rows } from '../database/database.ts';
import type { EventOf } from './event.ts';

/** The connection to JetStream that a process publishes and consumes through. */
export interface EventBus extends AsyncDisposable {
  /**
   * Stores one event in its domain's stream and resolves when the server has it. A repetition with
   * the same id within ten minutes is dropped. Use `rows.emit`, which comes here by the outbox.
   */
  publish(event: { subject: string; id: string; envelope: Uint8Array }): Promise<void>;
  /** Calls back each time a lost connection is back, with the streams in place. */
  onReturn(listener: () => void): Disposable;
  /** Handles each event of a subject once, whichever process of the service gets it. */
  consume<P extends DescMessage>(options: ConsumeOptions<P>): Promise<AsyncDisposable>;
  /** Shows every event from now on to this process, for copies kept in memory. */
  follow<P extends DescMessage>(options: FollowOptions<P>): Promise<AsyncDisposable>;
}

/** One durable consumer of a service. */
export interface ConsumeOptions<P extends DescMessage> {
  /** What it handles, e.g. `tenantCreated` of the contract. */
  readonly event: EventType<P>;
  /** The consumer's name, e.g. `billing-tenant-created`; keep it for ever: it marks the position. */
  readonly durable: string;
  /** Where the effects, the inbox and the dead events are. */
  readonly database: Database;
  /** `tenant` (default): `rows` sees the event's tenant; `system`: it sees all of them. */
  readonly as?: 'tenant' | 'system';
  /**
   * The effect, in one transaction with the mark that it happened. Events of one entity arrive in
   * order unless one of them failed in between: drop those that are not newer than what is known.
   */
  readonly on: (event: EventOf<P>, rows: Rows) => Promise<void>;
}

/** One in-memory copy that follows events. */
export interface FollowOptions<P extends DescMessage> {
  /** What it follows, all of one payload. */
  readonly events: readonly [EventType<P>, ...EventType<P>[]];
  /** Called for each event in the order of the stream. A throw is logged and counts as a gap. */
  readonly on: (event: EventOf<P>) => void | Promise<void>;
  /** Events may have been missed (the connection was lost): load the state anew. */
  readonly onGap: () => void | Promise<void>;
}
