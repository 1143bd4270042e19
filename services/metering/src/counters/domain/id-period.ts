/**
 * The ids of charged calls are remembered in one set for each period of 15 seconds: a set can expire
 * as a whole, which costs nothing for each id, and a slot of usage is a whole number of them.
 */
export const periodUs = 15_000_000;

/** Between Envoy's clock, a gate's estimate of Redis' and Redis' own, and what a gate reads late. */
const retryErrorMs = 1_000;

/**
 * How long before a gate hears of a call another one may have been asked about it, when Envoy waits
 * for a decision for `decisionTimeoutMs`, its retry included.
 */
export function retryWindowMs(decisionTimeoutMs: number): number {
  return decisionTimeoutMs + retryErrorMs;
}

/** The number of the period that holds an instant, given in microseconds since 1970. */
export function periodAt(nowUs: number): number {
  return Math.floor(nowUs / periodUs);
}

/** Void ids are kept in periods of two minutes, since there are few. */
export const voidPeriodUs = 8 * periodUs;

/** The number of the period of void ids that holds an instant, in microseconds since 1970. */
export function voidPeriodAt(nowUs: number): number {
  return Math.floor(nowUs / voidPeriodUs);
}

/** Until when a period's ids are remembered, in milliseconds since 1970: `keptMs` from its end. */
export function idsExpiryMs(period: number, keptMs: number): number {
  return ((period + 1) * periodUs) / 1_000 + keptMs;
}

/** By which our clock and Redis' may differ in measuring how long an id is remembered. */
const clockErrorPercent = 1;

/**
 * For how long something may be asked again that Redis knows by an id: an answer takes `timeoutMs`,
 * and after `keptMs` the id might be forgotten.
 */
export function repeatableMs({ keptMs, timeoutMs }: { keptMs: number; timeoutMs: number }): number {
  return keptMs * (1 - clockErrorPercent / 100) - timeoutMs;
}
