import type { Parts } from '../cost/measure.ts';
import type { MeasuredRedis } from '../processes/measured-redis.ts';
import type { MeteringProcess } from '../processes/metering-process.ts';

/** A limiter that is measured: it runs on a Redis of its own, and nothing else asks it. */
export interface Contestant extends AsyncDisposable {
  readonly name: string;
  /** Of its gRPC listeners, `host:port` or `unix:/path`. */
  readonly addresses: readonly string[];
  /** The limiter's processes, and Redis. */
  readonly parts: Parts & { readonly limiter: readonly number[] };
  /** How it wants to be asked. */
  readonly kind: 'gate' | 'ratelimit';
  readonly redis: MeasuredRedis;
  /** How long it stood still for its garbage since the last call, in milliseconds each. */
  readonly takePausesMs?: () => number[];
  /** Starts what saves its counters; absent where nobody does. */
  readonly startRecorder?: () => Promise<MeteringProcess>;
}
