import type { QuestionKind } from './load/load-plan.ts';

/** A limiter that is measured: it runs, and nothing else asks it. */
export interface Contestant extends AsyncDisposable {
  readonly name: string;
  /** Of its gRPC listeners, `host:port` or `unix:/path`. */
  readonly addresses: readonly string[];
  readonly pids: readonly number[];
  /** How it wants to be asked. */
  readonly kind: Exclude<QuestionKind, 'http'>;
}
