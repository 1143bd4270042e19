import type { Environment } from '@tollgate/api/words';
import { planLimits, rateIds } from '../admission/limit-list.ts';
import type { Counters } from '../counters/connect.ts';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import { monthAt } from '../counters/domain/usage-window.ts';
import { accountName, shardNames, shardOf } from '../counters/names.ts';
import { loadScript } from '../counters/script.ts';
import { type AccountState, readAccount, timeOf } from '../counters/strings.ts';
import { type LimitState, quotaState, rateState } from '../policies/domain/limit.ts';
import type { Policy } from '../policies/domain/policy.ts';
import type { Restorer } from '../snapshots/restorer.ts';

/** Reads the string of an account. */
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
  const account = accountName(policy.tenantId, environment);
  const name = shardNames(shardOf(account, counters.shards)).account(account);
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    // The script answers nothing else.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const [nowUs, bytes] = (await counters.scriptBytes(peekScript, [name], [])) as [
      number,
      Buffer | null,
    ];
    counters.sawTime(nowUs);
    const state = bytes ? readAccount(bytes) : undefined;
    if (state?.run === counters.run()) return { nowUs, states: statesOf(policy, state, nowUs) };
    await restorer.restore(policy.tenantId);
  }
  throw new CountersUnavailable('counters could not be read');
}

function statesOf(policy: Policy, state: AccountState, nowUs: number): LimitState[] {
  const timeUs = timeOf(state.clock, nowUs);
  const window = monthAt(timeUs);
  const limits = planLimits(policy);
  const ids = rateIds(limits);
  return limits.map(({ limit }, at) => {
    if (limit.kind === 'quota') {
      const counted = state.windows.find(({ id, endUs }) => {
        return id === window.id && endUs === window.endUs;
      });
      return quotaState(limit, counted?.used ?? 0, window.endUs - timeUs);
    }
    const rate = state.rates.find(({ id }) => id === ids[at]);
    if (!rate || rate.us < nowUs) return rateState(limit, { us: 0, rest: 0 });
    return rateState(limit, { us: rate.us - nowUs, rest: rate.rest });
  });
}
