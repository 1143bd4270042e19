import type { WebhookDeliveryStatus } from '@tollgate/api/words';

/** What a target answered, or that it did not. */
export type AttemptOutcome =
  | { readonly kind: 'answered'; readonly statusCode: number; readonly retryAfterMs?: number }
  | { readonly kind: 'failed'; readonly cause: string };

/** What becomes of a delivery after an attempt. */
export type NextStep =
  | { readonly step: 'delivered' }
  | { readonly step: 'retry'; readonly delayMs: number }
  | { readonly step: 'dead' }
  | { readonly step: 'dead-and-disable'; readonly reason: string };

/** Longest wait that a target's `retry-after` is honoured for. */
const RETRY_AFTER_MS_MAX = 24 * 60 * 60 * 1_000;

/**
 * Decides after attempt number `attempt` (from 1). 2xx is success; 410 says that the endpoint is gone
 * for good (Standard Webhooks 1.0); everything else, redirects included, is a failure and retried
 * by the schedule, stretched by up to a tenth by `jitter` (0 to 1) so that targets are not hit in
 * step. 429 and 503 may ask for a longer wait.
 */
export function nextStep(
  outcome: AttemptOutcome,
  parts: { attempt: number; retryDelaysMs: readonly number[]; jitter: number },
): NextStep {
  if (isSuccess(outcome)) return { step: 'delivered' };
  if (outcome.kind === 'answered' && outcome.statusCode === 410) {
    return { step: 'dead-and-disable', reason: 'the target answered 410 Gone' };
  }
  const delayMs = parts.retryDelaysMs[parts.attempt];
  if (delayMs === undefined) return { step: 'dead' };
  const jittered = delayMs + Math.floor((delayMs / 10) * parts.jitter);
  return { step: 'retry', delayMs: Math.max(jittered, askedDelayMs(outcome)) };
}

/** How far a delivery is after a step. */
export const statusAfter: Readonly<Record<NextStep['step'], WebhookDeliveryStatus>> = {
  delivered: 'delivered',
  retry: 'pending',
  dead: 'dead',
  'dead-and-disable': 'dead',
};

/** What went wrong in an attempt, for its owner; empty on success. */
export function errorOf(outcome: AttemptOutcome): string {
  if (outcome.kind === 'failed') return outcome.cause;
  return isSuccess(outcome) ? '' : `answered ${outcome.statusCode}`;
}

function isSuccess(outcome: AttemptOutcome): boolean {
  return outcome.kind === 'answered' && outcome.statusCode >= 200 && outcome.statusCode < 300;
}

function askedDelayMs(outcome: AttemptOutcome): number {
  if (outcome.kind !== 'answered') return 0;
  if (outcome.statusCode !== 429 && outcome.statusCode !== 503) return 0;
  return Math.min(outcome.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX);
}
