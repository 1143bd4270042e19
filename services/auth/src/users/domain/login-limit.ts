const minuteMs = 60_000;

/** What a try comes to. Times are milliseconds of one clock. */
export type TryDecision =
  /** It is taken; the address has all its tries back at `refilledAtMs`. */
  | { readonly kind: 'taken'; readonly refilledAtMs: number }
  /** It is refused and costs nothing; the next one is allowed after `waitMs`, at least 1. */
  | { readonly kind: 'refused'; readonly waitMs: number };

/**
 * Decides about a try: at most `perMinute` in any burst, refilled evenly (GCRA). `refilledAtMs` is
 * when the tries before would all be back; absent: there was none. Tries that are refused cost
 * nothing, so that nobody can lock an owner out for ever.
 */
export function decideTry(
  refilledAtMs: number | undefined,
  { nowMs, perMinute }: { readonly nowMs: number; readonly perMinute: number },
): TryDecision {
  const intervalMs = minuteMs / perMinute;
  const burstMs = minuteMs - intervalMs;
  const fullAtMs = Math.max(refilledAtMs ?? nowMs, nowMs);
  const waitMs = fullAtMs - nowMs - burstMs;
  if (waitMs > 0) return { kind: 'refused', waitMs: Math.ceil(waitMs) };
  return { kind: 'taken', refilledAtMs: fullAtMs + intervalMs };
}
