import type { ListenAddress } from '../config/parse-setting.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { FailCall, GrpcService } from './grpc-service.ts';

/** A gRPC server. Closing it lets open calls finish for a while, then cuts them. */
export interface GrpcServer extends AsyncDisposable {
  /** `host:port` as bound, or `unix:/path`. */
  readonly address: string;
}

/** What every transport is given. */
export interface TransportOptions {
  readonly address: ListenAddress;
  readonly services: readonly GrpcService[];
  readonly fail: FailCall;
  readonly messageBytesMax: number;
  readonly drainTimeoutMs: number;
  readonly metrics: Metrics;
  readonly log: Log;
}
