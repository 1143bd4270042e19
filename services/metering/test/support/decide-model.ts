import { periodAt, voidPeriodAt } from '../../src/counters/domain/id-period.ts';
import { monthAt } from '../../src/counters/domain/usage-window.ts';
import type { AccountClock } from '../../src/counters/strings.ts';
import type { Limit, RateLimit } from '../../src/policies/domain/limit.ts';

/** Who asks, in the model's words. */
export interface ModelCaller {
  readonly account: string;
  readonly key: string;
  readonly limits: readonly { readonly limit: Limit; readonly of: 'credential' | 'account' }[];
}

/** What came of a call. */
export type ModelAnswer =
  | { readonly verdict: 'refused' | 'repeated'; readonly left: readonly number[] }
  | { readonly verdict: 'charged'; readonly left: readonly number[]; readonly slot: number }
  | { readonly verdict: 'incomplete' | 'otherWindow' };

interface Bucket {
  level: bigint;
  atUs: number;
  readonly limit: RateLimit;
}

interface ModelAccount {
  isComplete: boolean;
  clock: AccountClock;
  windowEndUs: number;
  used: number;
  /** Later windows have been used: the clock was ahead once. */
  hasLater: boolean;
  readonly buckets: Map<string, Bucket>;
}

const forgottenUs = 10_000_000;

/**
 * What the atomic step must do, written another way: rates as buckets of tokens on exact integers
 * instead of arrival times, one call after the other instead of merged ones, everything in maps.
 */
export function createDecideModel({
  idsKeptMs,
  retriedWithinMs,
}: {
  idsKeptMs: number;
  retriedWithinMs: number;
}) {
  const accounts = new Map<string, ModelAccount>();
  const credentials = new Map<string, Map<string, Bucket>>();
  /** By account, key and slot. */
  const usage = new Map<string, { admitted: number; givenBack: number }>();
  const charged = new Map<string, Set<number>>();
  const voided = new Map<string, Set<number>>();

  function timeOf({ clock }: ModelAccount, nowUs: number): number {
    if (clock.kind === 'real') return nowUs;
    return clock.kind === 'shifted' ? nowUs + clock.us : clock.us;
  }
  function counterOf(account: string, key: string, slot: number) {
    const name = `${account} ${key} ${slot}`;
    let counter = usage.get(name);
    if (!counter) {
      counter = { admitted: 0, givenBack: 0 };
      usage.set(name, counter);
    }
    return counter;
  }
  const isIn = (sets: Map<string, Set<number>>, id: string, from: number, to: number) =>
    [...(sets.get(id) ?? [])].some((period) => period >= from && period <= to);
  const put = (sets: Map<string, Set<number>>, id: string, period: number) =>
    void sets.set(id, new Set([...(sets.get(id) ?? []), period]));

  function bucketsOf(caller: ModelCaller, account: ModelAccount) {
    const name = `${caller.account} ${caller.key}`;
    let own = credentials.get(name);
    if (!own) {
      own = new Map();
      credentials.set(name, own);
    }
    return { credential: own, account: account.buckets };
  }

  function decide(
    caller: ModelCaller,
    id: string,
    nowUs: number,
    { askedForUs, isChecked }: { askedForUs: number; isChecked: boolean },
  ): ModelAnswer {
    const account = accounts.get(caller.account);
    if (!account?.isComplete) return { verdict: 'incomplete' };
    const timeUs = timeOf(account, nowUs);
    const window = monthAt(askedForUs);
    if (timeUs < window.startUs || timeUs >= window.endUs) return { verdict: 'otherWindow' };
    if (account.windowEndUs !== window.endUs && account.windowEndUs > window.startUs) {
      return { verdict: 'incomplete' };
    }
    if (account.windowEndUs !== window.endUs && account.hasLater) return { verdict: 'incomplete' };
    const used = account.windowEndUs === window.endUs ? account.used : 0;
    const writeAccount = (by: number) => {
      account.windowEndUs = window.endUs;
      account.used = used + by;
      forgetWhole(account.buckets, nowUs);
    };
    const owned = bucketsOf(caller, account);
    const now = caller.limits.map(({ limit, of }) => {
      if (limit.kind === 'quota') return undefined;
      const stored = owned[of].get(nameOf(limit));
      return { of, limit, ...levelAt(stored, limit, nowUs) };
    });
    const left = (by = 0) =>
      caller.limits.map(({ limit }, at) => {
        if (limit.kind === 'quota') return Math.max(0, limit.requests - used - by);
        return Number((now[at]?.level ?? 0n) / cost(limit));
      });
    // An arrival time that lies farther away than a whole burst was written by a clock set back.
    for (const bucket of now) {
      if (bucket?.isTurned) {
        const { of, limit, level } = bucket;
        owned[of].set(nameOf(limit), { level, atUs: nowUs, limit });
        if (of === 'credential') forgetWhole(owned.credential, nowUs);
        else writeAccount(0);
      }
    }
    const sinceUs = nowUs - retriedWithinMs * 1_000;
    if (
      isIn(charged, id, periodAt(sinceUs), periodAt(nowUs)) ||
      isIn(voided, id, voidPeriodAt(sinceUs), voidPeriodAt(nowUs))
    ) {
      return { verdict: 'repeated', left: left() };
    }
    if (isChecked && left().some((number) => number < 1))
      return { verdict: 'refused', left: left() };
    for (const bucket of now) {
      if (!bucket) continue;
      bucket.level -= cost(bucket.limit);
      if (bucket.level < 0n) bucket.level = 0n;
      owned[bucket.of].set(nameOf(bucket.limit), {
        level: bucket.level,
        atUs: nowUs,
        limit: bucket.limit,
      });
    }
    forgetWhole(owned.credential, nowUs);
    writeAccount(1);
    const slot = Math.floor(timeUs / 900_000_000);
    counterOf(caller.account, caller.key, slot).admitted += 1;
    put(charged, id, periodAt(nowUs));
    return { verdict: 'charged', left: left(1), slot };
  }

  /** Where it was counted is known, or looked for. */
  function giveBack(
    call: { account: string; key: string; id: string; place?: { slot: number; period: number } },
    nowUs: number,
  ): 'done' | 'nothing' | 'incomplete' {
    const { id, place } = call;
    const voidPeriod = voidPeriodAt(nowUs);
    if (isIn(voided, id, voidPeriod - 2, voidPeriod)) return 'nothing';
    const account = accounts.get(call.account);
    if (!account?.isComplete) return 'incomplete';
    const isAlive = (period: number) => ((period + 1) * 15_000 + idsKeptMs) * 1_000 > nowUs;
    const isKnown = (period: number) => charged.get(id)?.has(period) ?? false;
    const candidates = place
      ? [place.period].filter(isAlive)
      : [...(charged.get(id) ?? [])].filter((p) => isAlive(p) && p <= periodAt(nowUs));
    const found = candidates.filter(isKnown).toSorted((a, b) => b - a)[0];
    const isProven = place !== undefined && candidates.length === 0;
    put(voided, id, voidPeriod);
    if (found === undefined && !isProven) return 'nothing';
    if (found !== undefined) charged.get(id)?.delete(found);
    const slot =
      place?.slot ??
      Math.floor(
        (account.clock.kind === 'frozen'
          ? account.clock.us
          : (found ?? 0) * 15_000_000 + (account.clock.kind === 'shifted' ? account.clock.us : 0)) /
          900_000_000,
      );
    const counter = counterOf(call.account, call.key, slot);
    if (counter.givenBack >= counter.admitted) return 'nothing';
    counter.givenBack += 1;
    if (monthAt(slot * 900_000_000).endUs === account.windowEndUs && account.used > 0) {
      account.used -= 1;
    }
    return 'done';
  }

  /** All counters of an account, as Postgres would tell them. */
  function usedIn(account: string, atUs: number): number {
    const window = monthAt(atUs);
    let sum = 0;
    for (const [name, { admitted, givenBack }] of usage) {
      const [of, , slot] = name.split(' ');
      const startUs = Number(slot) * 900_000_000;
      if (of === account && startUs >= window.startUs && startUs < window.endUs) {
        sum += admitted - givenBack;
      }
    }
    return sum;
  }

  return {
    usage,
    accounts,
    decide,
    giveBack,
    usedIn,
    /** The account's counters are there, in the window of its time. */
    restore(name: string, nowUs: number, clock: AccountClock): void {
      const before = accounts.get(name);
      const account: ModelAccount = {
        isComplete: true,
        clock,
        windowEndUs: 0,
        used: 0,
        hasLater: false,
        buckets: before?.buckets ?? new Map(),
      };
      accounts.set(name, account);
      const timeUs = timeOf(account, nowUs);
      account.windowEndUs = monthAt(timeUs).endUs;
      account.used = usedIn(name, timeUs);
      account.hasLater = [...usage.keys()].some((counter) => {
        const [of, , slot] = counter.split(' ');
        return of === name && Number(slot) * 900_000_000 >= account.windowEndUs;
      });
    },
  };
}

/** What a bucket holds, in parts of which one call takes {@link cost}. */
function levelAt(stored: Bucket | undefined, limit: RateLimit, nowUs: number) {
  const full = BigInt(limit.burst) * cost(limit);
  if (!stored) return { level: full, isTurned: false };
  const level = stored.level + BigInt(nowUs - stored.atUs) * BigInt(limit.requests);
  if (level < 0n) return { level: 0n, isTurned: true };
  return { level: level < full ? level : full, isTurned: false };
}

function forgetWhole(buckets: Map<string, Bucket>, nowUs: number): void {
  for (const [name, bucket] of buckets) {
    const full = BigInt(bucket.limit.burst) * cost(bucket.limit);
    const atUs = nowUs - forgottenUs + 1;
    const then = bucket.level + BigInt(atUs - bucket.atUs) * BigInt(bucket.limit.requests);
    if (then > full) buckets.delete(name);
  }
}

function nameOf({ limitId, requests, windowSeconds, burst }: RateLimit): string {
  return `${limitId} ${requests}/${windowSeconds}+${burst}`;
}

function cost(limit: RateLimit): bigint {
  return BigInt(limit.windowSeconds) * 1_000_000n;
}
