import { every, type Health, type Log, type Metrics } from '@tollgate/runtime/service';
import { type AttemptParts, attemptDelivery } from './attempt-delivery.ts';
import { claimDueDeliveries } from './delivery-store.ts';
import type { ClaimedDelivery } from './domain/delivery.ts';

/** Attempts under way at once in one process; one endpoint has at most one of them. */
const CONCURRENCY_MAX = 64;
const POLL_INTERVAL_MS = 250;
/** Beyond the timeout of an attempt, time to write its outcome down before another may take over. */
const LEASE_MARGIN_MS = 10_000;

/** What attempting needs. */
export interface DeliveryWorkerParts extends AttemptParts {
  readonly log: Log;
  readonly health: Health;
  readonly metrics: Metrics;
  /** How long a target may take to answer one attempt. */
  readonly attemptTimeoutMs: number;
}

/**
 * Starts attempting. A process that dies between sending and recording leaves a lease that runs out;
 * the delivery is then sent again with the same id, which is how Standard Webhooks lets a receiver
 * drop it. So a delivery is made at least once.
 */
export function startDeliveryWorker(parts: DeliveryWorkerParts): AsyncDisposable {
  const underWay = new Map<string, Promise<void>>();
  let lookingForDue: Promise<void> = Promise.resolve();

  /** One look at a time, so that no endpoint is claimed twice. */
  function lookForDue(): Promise<void> {
    lookingForDue = lookingForDue.catch(() => undefined).then(attemptDue);
    return lookingForDue;
  }

  async function attemptDue(): Promise<void> {
    const limit = CONCURRENCY_MAX - underWay.size;
    if (limit <= 0 || parts.signal.aborted) return;
    const claim = {
      now: parts.clock.now(),
      leaseMs: parts.attemptTimeoutMs + LEASE_MARGIN_MS,
      limit,
      busy: [...underWay.keys()],
    };
    const claimed = await parts.database.system((rows) => claimDueDeliveries(rows, claim));
    for (const delivery of claimed) underWay.set(delivery.endpointId, attempt(delivery));
  }

  async function attempt(delivery: ClaimedDelivery): Promise<void> {
    try {
      await attemptDelivery(parts, delivery);
    } catch (error) {
      const { deliveryId, tenantId } = delivery;
      parts.log.error({ error, deliveryId, tenantId }, 'webhook attempt not recorded');
    }
    underWay.delete(delivery.endpointId);
    // The endpoint may have more that is due; the next tick reports a failure of this look.
    void lookForDue().catch(() => undefined);
  }

  const { clock, log, health, metrics, signal } = parts;
  const ticking = every(
    { name: 'webhook-deliveries', ms: POLL_INTERVAL_MS, clock, log, health, metrics, signal },
    lookForDue,
  );
  return {
    async [Symbol.asyncDispose]() {
      await ticking[Symbol.asyncDispose]();
      await Promise.all(underWay.values());
      await lookingForDue.catch(() => undefined);
    },
  };
}
