import type { Database } from '@tollgate/runtime/database';
import { type Clock, every, type Log, type Platform } from '@tollgate/runtime/service';
import { nextStep } from '../domain/retry.ts';
import { signedHeaders } from '../domain/signature.ts';
import {
  type ClaimedDelivery,
  claimDueDeliveries,
  recordAttempt,
} from '../store/delivery-store.ts';
import type { SecretBox } from '../store/secret-box.ts';
import type { WebhookSender } from './send-webhook.ts';

/** Attempts under way at once in one process; one endpoint has at most one of them. */
const CONCURRENCY_MAX = 64;
const POLL_INTERVAL_MS = 250;
/** Beyond the timeout of an attempt, time to write its outcome down before another may take over. */
const LEASE_MARGIN_MS = 10_000;

export interface DeliveryWorkerParts {
  database: Database;
  sender: WebhookSender;
  secrets: SecretBox;
  clock: Clock;
  log: Log;
  health: Platform['health'];
  metrics: Platform['metrics'];
  signal: AbortSignal;
  retryDelaysMs: readonly number[];
  attemptTimeoutMs: number;
  /** A number from 0 to 1, by chance. */
  jitter: () => number;
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
    const claimed = await claimDueDeliveries(parts.database, {
      now: parts.clock.now(),
      leaseMs: parts.attemptTimeoutMs + LEASE_MARGIN_MS,
      limit,
      busy: [...underWay.keys()],
    });
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

  const { log, health, metrics, signal } = parts;
  const ticking = every(
    { name: 'webhook-deliveries', ms: POLL_INTERVAL_MS, log, health, metrics, signal },
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

async function attemptDelivery(
  parts: DeliveryWorkerParts,
  delivery: ClaimedDelivery,
): Promise<void> {
  const at = parts.clock.now();
  const startedMs = parts.clock.monotonicMs();
  const outcome = await parts.sender.send({
    url: delivery.url,
    body: delivery.body,
    headers: signedHeaders({
      id: delivery.eventId,
      body: delivery.body,
      at,
      secret: parts.secrets.open(delivery.secretSealed, delivery.endpointId),
    }),
    signal: parts.signal,
  });
  // Stopped in the middle: the lease runs out and the attempt is made again.
  if (parts.signal.aborted && outcome.kind === 'failed') return;
  await recordAttempt(parts.database, {
    delivery,
    outcome,
    next: nextStep(outcome, {
      attempt: delivery.attemptCount + 1,
      retryDelaysMs: parts.retryDelaysMs,
      jitter: parts.jitter(),
    }),
    at,
    now: parts.clock.now(),
    durationMs: Math.round(parts.clock.monotonicMs() - startedMs),
  });
}
