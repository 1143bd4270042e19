/**
 * Microseconds of this process's CPU for one call: the best of some rounds, so that other work on
 * the machine disturbs least. Collecting garbage is in it, whichever thread does it.
 */
export async function microseconds(
  call: () => unknown,
  { rounds, roundMs }: { rounds: number; roundMs: number },
): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  let calls = 2_000;
  for (let round = 0; round <= rounds; round += 1) {
    const start = process.cpuUsage();
    for (let made = 0; made < calls; made += 1) {
      const result = call();
      if (result instanceof Promise) await result;
    }
    const { user, system } = process.cpuUsage(start);
    const us = user + system;
    // The first round is for compiling, and tells how many calls fill a round.
    if (round > 0) best = Math.min(best, us / calls);
    else calls = Math.max(2_000, Math.round((calls * roundMs * 1_000) / Math.max(us, 1)));
  }
  return best;
}
