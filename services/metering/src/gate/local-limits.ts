import type { Clock } from '@tollgate/runtime/service';
import type { Account } from '../admission/operation.ts';
import {
  type Exact,
  type LimitState,
  type RateLimit,
  rateState,
} from '../policies/domain/limit.ts';

/** Limits of one process alone, for while the counters are away. */
export interface LocalLimits {
  /** Decides by the account's rates; what else limits it cannot be known here. */
  admit(account: Account): { readonly admitted: boolean; readonly states: readonly LimitState[] };
}

/** States kept at once; the oldest are forgotten, which makes their limits whole. */
const statesMax = 100_000;

/** Rates by the same arithmetic as the atomic step, in this process's memory. */
export function createLocalLimits(clock: Clock): LocalLimits {
  const arrivals = new Map<string, Exact>();

  function ahead(key: string, nowUs: number): Exact {
    const { us, rest } = arrivals.get(key) ?? { us: nowUs, rest: 0 };
    return us < nowUs ? { us: 0, rest: 0 } : { us: us - nowUs, rest };
  }
  function keep(key: string, arrival: Exact): void {
    arrivals.delete(key);
    arrivals.set(key, arrival);
    const [oldest] = arrivals.keys();
    if (arrivals.size > statesMax && oldest !== undefined) arrivals.delete(oldest);
  }

  return {
    admit({ limits }) {
      const nowUs = Math.floor(clock.monotonicMs() * 1_000);
      const rates = limits.flatMap(({ limit, key }) =>
        limit.kind === 'rate' ? [{ limit, key, ahead: ahead(key, nowUs) }] : [],
      );
      const before = rates.map((rate) => rateState(rate.limit, rate.ahead));
      if (before.some(({ remaining }) => remaining < 1)) return { admitted: false, states: before };
      const states = rates.map(({ limit, key, ahead }) => {
        const after = add(ahead, limit);
        keep(key, { us: nowUs + after.us, rest: after.rest });
        return rateState(limit, after);
      });
      return { admitted: true, states };
    },
  };
}

function add({ us, rest }: Exact, { interval, requests }: RateLimit): Exact {
  const sum = rest + interval.rest;
  const carry = sum >= requests;
  return { us: us + interval.us + (carry ? 1 : 0), rest: carry ? sum - requests : sum };
}
