import type { DescMessage } from '@bufbuild/protobuf';

/** What happened, as one of the events that the contract declares: its subject and its message. */
export interface EventType<S extends DescMessage = DescMessage> {
  /** `<domain>.<noun>.<verb>`, without the `tollgate.` that stands before it on the wire. */
  readonly subject: string;
  /** The message that each such event carries. */
  readonly schema: S;
}
