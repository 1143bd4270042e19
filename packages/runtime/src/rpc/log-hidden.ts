import { Code, type ConnectError } from '@connectrpc/connect';
import type { Clock } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';

/** Logs what an error hides from the caller: our fault as an error, an outage as a warning. */
export function logHidden(log: Log, error: ConnectError): void {
  const { cause } = error;
  if (error.code === Code.Internal) log.error({ error: cause ?? error }, 'rpc failed');
  else if (error.code === Code.Unavailable) log.warn({ error: cause ?? error }, 'rpc refused');
  else log.debug({ error: cause ?? error.message }, 'rpc refused');
}

/** How long after one line its like are only counted. */
const quietMs = 1_000;

/**
 * {@link logHidden} for calls that come by thousands: in an outage, a line for each would cost more
 * than the calls. Of one procedure's failures with one code a line a second is written, which says
 * how many were left out before it.
 */
export function createSparingLog(
  log: Log,
  clock: Clock,
): (rpc: string, error: ConnectError) => void {
  const kinds = new Map<string, { loggedMs: number; leftOut: number }>();
  return (rpc, error) => {
    const nowMs = clock.monotonicMs();
    const name = `${error.code} ${rpc}`;
    const kind = kinds.get(name);
    if (kind && nowMs - kind.loggedMs < quietMs) {
      kind.leftOut += 1;
      return;
    }
    const leftOut = kind?.leftOut ?? 0;
    logHidden(log.child({ rpc, ...(leftOut > 0 && { leftOut }) }), error);
    kinds.set(name, { loggedMs: nowMs, leftOut: 0 });
  };
}
