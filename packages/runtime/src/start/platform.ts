import type { Clock } from '../clock/clock.ts';
import type { Health } from '../health/health.ts';
import type { ServiceIdentity } from '../identity/service-identity.ts';
import type { TokenVerifier } from '../identity/token-verifier.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { CommonConfig } from './common-config.ts';

/** What a process gives the service that runs in it. */
export interface Platform {
  readonly clock: Clock;
  readonly log: Log;
  readonly health: Health;
  readonly metrics: Metrics;
  /** Aborted when the process begins to stop; background work ends then. */
  readonly signal: AbortSignal;
  /** Signs what this service sends. */
  readonly identity: ServiceIdentity;
  /** Checks what this service is sent. */
  readonly verifier: TokenVerifier;
  readonly common: CommonConfig;
}

/** A started service. Closing it finishes the calls it has and closes everything it opened. */
export interface RunningService extends AsyncDisposable {
  /** `host:port` of each listener, by name (`rpc`, `envoy`). */
  readonly addresses: Readonly<Record<string, string>>;
}

/** Hands a service's open things over: `return running(opened.move(), { rpc: server.address })`. */
export function running(
  stack: AsyncDisposableStack,
  addresses: Readonly<Record<string, string>>,
): RunningService {
  return { addresses, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
