import type { Environment } from '@tollgate/api/words';
import type { Counters } from '../counters/connect.ts';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import { type Slot, slotAt } from '../counters/domain/slot.ts';
import { readEpochMarker } from '../counters/epoch-marker.ts';
import { keys } from '../counters/keys.ts';
import { loadScript } from '../counters/script.ts';
import { type Exact, type LimitState, quotaState, rateState } from '../policies/domain/limit.ts';
import type { Policy } from '../policies/domain/policy.ts';
import type { Restorer } from '../snapshots/restore-tenant.ts';
import { planLimits } from './plan-limits.ts';

/** Reads the state of limits. */
const peekScript = loadScript(new URL('peek.lua', import.meta.url));

/**
 * What a policy's limits leave now; changes nothing.
 *
 * @throws Error when Redis, or Postgres for a restore, does not answer.
 */
export async function peekLimits(
  { counters, restorer }: { counters: Counters; restorer: Restorer },
  policy: Policy,
  environment: Environment,
): Promise<{ readonly states: readonly LimitState[]; readonly nowUs: number }> {
  const limits = planLimits(policy, environment);
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const slot = slotAt(counters.nowUs());
    const month = keys.month(policy.tenantId, environment, slot.month);
    const names = limits.map(({ limit, key }) => (limit.kind === 'rate' ? key : month));
    const reply = (await counters.script(
      peekScript,
      [keys.epoch(policy.tenantId), ...names],
      limits.map(({ limit }) => (limit.kind === 'rate' ? 1 : 0)),
    )) as [number, string | null, ...(string | null)[]];
    const [nowUs, marker, ...stored] = reply;
    counters.sawTime(nowUs);
    if (slotAt(nowUs).month !== slot.month) continue;
    if (readEpochMarker(marker)?.run !== counters.run()) {
      await restorer.restore(policy.tenantId);
      continue;
    }
    return {
      nowUs,
      states: limits.map(({ limit }, at) => stateOf(limit, stored[at], slot, nowUs)),
    };
  }
  throw new CountersUnavailable('counters could not be read');
}

function stateOf(
  limit: Policy['limits'][number],
  stored: string | null | undefined,
  slot: Slot,
  nowUs: number,
): LimitState {
  if (limit.kind === 'quota') {
    return quotaState(limit, Number(stored ?? 0), slot.monthEndMs * 1_000 - nowUs);
  }
  return rateState(limit, aheadOf(stored, nowUs));
}

/** How far a stored arrival time lies ahead. */
function aheadOf(stored: string | null | undefined, nowUs: number): Exact {
  const [us, rest] = (stored ?? '').split(' ').map(Number);
  if (us === undefined || rest === undefined || us < nowUs) return { us: 0, rest: 0 };
  return { us: us - nowUs, rest };
}
