/**
 * Limits in the form the atomic step decides by.
 *
 * A rate of R requests per window of W microseconds is a GCRA: each request moves the theoretical
 * arrival time by W/R, and it is admitted while that time is at most a full burst away. Times are
 * kept as whole microseconds plus a rest in parts of 1/R, so that they are exact for any R.
 */
export type Limit = RateLimit | QuotaLimit;

/** Refilled smoothly; `burst` requests may come at once. */
export interface RateLimit {
  readonly kind: 'rate';
  readonly limitId: string;
  /** Requests per window: 1 to 10^12. */
  readonly requests: number;
  readonly windowSeconds: number;
  /** 1 to 10^9; lowered until refilling it takes at most {@link refillUsMax}. */
  readonly burst: number;
  /** Time between two requests: whole microseconds and rest in parts of 1/requests. */
  readonly interval: Exact;
  /** Time that refilling a whole burst takes. */
  readonly tolerance: Exact;
}

/** Counted over the calendar month (UTC), all keys of a tenant's environment together. */
export interface QuotaLimit {
  readonly kind: 'quota';
  readonly limitId: string;
  /** Requests per month: 1 to 10^12. */
  readonly requests: number;
}

/** Whole microseconds and a rest in parts of 1/R, 0 <= rest < R. */
export interface Exact {
  readonly us: number;
  readonly rest: number;
}

/** What is left of one limit after a decision. */
export interface LimitState extends Readonly<LimitLeft> {
  readonly limit: Limit;
}

/** How much that is. */
export interface LimitLeft {
  /** Requests that would be admitted now. */
  remaining: number;
  /** Microseconds until one more is admitted; 0 when one would be admitted now. */
  retryUs: number;
  /** Microseconds until the whole limit is available again. */
  resetUs: number;
}

/** About 35 years. Redis' time (2^51) plus this stays below 2^53, where doubles are exact. */
const refillUsMax = 2 ** 50;

const usPerSecond = 1_000_000n;

/**
 * A rate limit with its exact times. `burst` 0 means as many as `requests`.
 *
 * @throws RangeError for numbers outside the stated bounds.
 */
export function rateLimit(options: {
  limitId: string;
  requests: number;
  windowSeconds: number;
  burst?: number;
}): RateLimit {
  const { limitId, requests, windowSeconds } = options;
  bounded('requests', requests, 1e12);
  bounded('windowSeconds', windowSeconds, 366 * 86_400);
  const windowUs = BigInt(windowSeconds) * usPerSecond;
  const burstMax = (BigInt(refillUsMax) * BigInt(requests)) / windowUs;
  const wanted = BigInt(bounded('burst', options.burst || Math.min(requests, 1e9), 1e9));
  const burst = Number(wanted < burstMax ? wanted : burstMax);
  return {
    kind: 'rate',
    limitId,
    requests,
    windowSeconds,
    burst,
    interval: exact(windowUs, requests),
    tolerance: exact(windowUs * BigInt(burst), requests),
  };
}

/** A monthly quota. @throws RangeError for a number outside 1 to 10^12. */
export function quotaLimit(limitId: string, requests: number): QuotaLimit {
  return { kind: 'quota', limitId, requests: bounded('requests', requests, 1e12) };
}

/**
 * What a rate leaves when its arrival time lies `ahead` of now (at most 0: the whole burst).
 */
export function rateState(limit: RateLimit, ahead: Exact): LimitState {
  const left: LimitLeft = { remaining: 0, retryUs: 0, resetUs: 0 };
  putRateLeft(left, limit, ahead.us, ahead.rest);
  return { limit, ...left };
}

/** The same as {@link rateState}, without making anything: `aheadUs` and `rest` as in {@link Exact}. */
export function putRateLeft(
  left: LimitLeft,
  limit: RateLimit,
  aheadUs: number,
  rest: number,
): void {
  const { requests, burst, windowSeconds } = limit;
  const windowUs = windowSeconds * 1_000_000;
  // The product is exact if it is below 2^53; if it were not, rounding could not bring it below.
  const debt = aheadUs < 0 ? 0 : aheadUs * requests + rest;
  if (debt >= Number.MAX_SAFE_INTEGER) {
    Object.assign(left, largeRateState(limit, { us: aheadUs, rest }));
    return;
  }
  const over = debt % windowUs;
  const used = (debt - over) / windowUs + (over > 0 ? 1 : 0);
  left.remaining = Math.max(0, burst - used);
  const missing = left.remaining > 0 ? 0 : debt - (burst - 1) * windowUs;
  left.retryUs = divideUpSafe(missing, requests);
  left.resetUs = debt === 0 ? 0 : aheadUs + (rest > 0 ? 1 : 0);
}

/** The same for numbers of any size, which takes longer. */
export function largeRateState(limit: RateLimit, ahead: Exact): LimitState {
  const parts = BigInt(limit.requests);
  const windowUs = BigInt(limit.windowSeconds) * usPerSecond;
  const debt = ahead.us < 0 ? 0n : BigInt(ahead.us) * parts + BigInt(ahead.rest);
  const full = windowUs * BigInt(limit.burst);
  const room = full - debt;
  const remaining = room > 0n ? room / windowUs : 0n;
  const missing = remaining > 0n ? 0n : windowUs - room;
  return {
    limit,
    remaining: Number(remaining),
    retryUs: Number(divideUp(missing, parts)),
    resetUs: Number(divideUp(debt, parts)),
  };
}

/** What a quota leaves after `used` requests, `untilEndUs` before its window's end. */
export function quotaState(limit: QuotaLimit, used: number, untilEndUs: number): LimitState {
  const left: LimitLeft = { remaining: 0, retryUs: 0, resetUs: 0 };
  putQuotaLeft(left, limit, used, untilEndUs);
  return { limit, ...left };
}

/** The same as {@link quotaState}, without making anything. */
export function putQuotaLeft(
  left: LimitLeft,
  limit: QuotaLimit,
  used: number,
  untilEndUs: number,
): void {
  left.remaining = Math.max(0, limit.requests - used);
  left.retryUs = left.remaining > 0 ? 0 : untilEndUs;
  left.resetUs = untilEndUs;
}

function exact(numerator: bigint, requests: number): Exact {
  const parts = BigInt(requests);
  return { us: Number(numerator / parts), rest: Number(numerator % parts) };
}

function divideUp(numerator: bigint, by: bigint): bigint {
  return (numerator + by - 1n) / by;
}

function divideUpSafe(numerator: number, by: number): number {
  const rest = numerator % by;
  return (numerator - rest) / by + (rest > 0 ? 1 : 0);
}

function bounded(name: string, value: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw new RangeError(`${name} must be a whole number from 1 to ${max}, not ${value}`);
}
