import type { Clock } from '@tollgate/runtime/service';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../admission/caller.ts';
import { rateIds } from '../admission/limit-list.ts';
import {
  type Exact,
  type LimitState,
  type RateLimit,
  rateState,
} from '../policies/domain/limit.ts';

/** Limits of one process alone, for while the counters are away. */
export interface LocalLimits {
  /** Decides by the caller's rates; what else limits it cannot be known here. */
  admit(caller: Caller): { readonly admitted: boolean; readonly states: readonly LimitState[] };
}

/** States kept at once; the oldest are forgotten, which makes their limits whole. */
const statesMax = 100_000;

/** Rates by the same arithmetic as the atomic step, in this process's memory. */
export function createLocalLimits(clock: Clock): LocalLimits {
  const arrivals = new LRUCache<string, Exact>({ max: statesMax });

  function ahead(key: string, nowUs: number): Exact {
    // Only what is admitted keeps a state in memory.
    const { us, rest } = arrivals.peek(key) ?? { us: nowUs, rest: 0 };
    return us < nowUs ? { us: 0, rest: 0 } : { us: us - nowUs, rest };
  }

  return {
    admit({ limits, name, counted }) {
      const nowUs = Math.floor(clock.monotonicMs() * 1_000);
      const ids = rateIds(limits);
      const rates = limits.flatMap(({ limit, of }, at) => {
        if (limit.kind !== 'rate') return [];
        const owner = of === 'account' ? counted?.account.name.text : name.text;
        const key = `${owner} ${ids[at]}`;
        return [{ limit, key, ahead: ahead(key, nowUs) }];
      });
      const before = rates.map((rate) => rateState(rate.limit, rate.ahead));
      if (before.some(({ remaining }) => remaining < 1)) return { admitted: false, states: before };
      const states = rates.map(({ limit, key, ahead }) => {
        const after = add(ahead, limit);
        arrivals.set(key, { us: nowUs + after.us, rest: after.rest });
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
