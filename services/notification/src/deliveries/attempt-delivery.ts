import type { Database, Rows } from '@tollgate/runtime/database';
import type { Clock } from '@tollgate/runtime/service';
import { disabled } from '../endpoints/domain/endpoint.ts';
import { findEndpoint, updateEndpoint } from '../endpoints/endpoint-store.ts';
import type { SecretBox } from '../endpoints/secret-box.ts';
import { giveUpDeliveries, insertAttempt, moveDelivery } from './delivery-store.ts';
import type { Attempt, ClaimedDelivery } from './domain/delivery.ts';
import { errorOf, type NextStep, nextStep, statusAfter } from './domain/retry.ts';
import { signedHeaders } from './domain/signature.ts';
import type { WebhookSender } from './send-webhook.ts';

/** What an attempt needs. */
export interface AttemptParts {
  readonly database: Database;
  readonly sender: WebhookSender;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  /** Aborted when the process stops. */
  readonly signal: AbortSignal;
  /** Milliseconds before each attempt, counted from the end of the one before. */
  readonly retryDelaysMs: readonly number[];
  /** A number from 0 to 1, by chance. */
  readonly jitter: () => number;
}

/** Signs and sends a claimed delivery, decides what becomes of it, and writes that down. */
export async function attemptDelivery(
  parts: AttemptParts,
  delivery: ClaimedDelivery,
): Promise<void> {
  const { clock, signal } = parts;
  const at = clock.now();
  const startedMs = clock.monotonicMs();
  const outcome = await parts.sender.send({
    url: delivery.url,
    body: delivery.body,
    headers: signedHeaders({
      id: delivery.eventId,
      body: delivery.body,
      at,
      secret: parts.secrets.open(delivery.secretSealed, delivery.endpointId),
    }),
    signal,
  });
  // Stopped in the middle: the lease runs out and the attempt is made again.
  if (signal.aborted && outcome.kind === 'failed') return;
  const next = nextStep(outcome, {
    attempt: delivery.attemptCount + 1,
    retryDelaysMs: parts.retryDelaysMs,
    jitter: parts.jitter(),
  });
  const attempt: Attempt = {
    attemptTime: at,
    statusCode: outcome.kind === 'answered' ? outcome.statusCode : 0,
    durationMs: Math.round(clock.monotonicMs() - startedMs),
    error: errorOf(outcome),
  };
  await recordAttempt(parts.database, { delivery, attempt, next, now: clock.now() });
}

/** Writes an attempt down and moves the delivery on; both or neither. */
async function recordAttempt(
  database: Database,
  made: { delivery: ClaimedDelivery; attempt: Attempt; next: NextStep; now: Temporal.Instant },
): Promise<void> {
  const { delivery, attempt, next, now } = made;
  const { tenantId, endpointId } = delivery;
  const due = next.step === 'retry' ? now.add({ milliseconds: next.delayMs }) : undefined;
  await database.write({ tenantId }, async (rows) => {
    const moved = await moveDelivery(rows, { delivery, status: statusAfter[next.step], due });
    // The endpoint was removed, or another process took over after the lease: nothing to record.
    if (!moved) return;
    await insertAttempt(rows, { delivery, attempt });
    if (next.step === 'dead-and-disable') await disable(rows, { endpointId, reason: next.reason });
  });
}

async function disable(
  rows: Rows,
  { endpointId, reason }: { endpointId: string; reason: string },
): Promise<void> {
  const endpoint = await findEndpoint(rows, endpointId, { lock: 'update' });
  // The delivery that was just moved would be gone with its endpoint.
  if (!endpoint) throw new Error(`webhook endpoint ${endpointId} has deliveries and is not there`);
  await updateEndpoint(rows, disabled(endpoint, reason));
  await giveUpDeliveries(rows, endpointId);
}
