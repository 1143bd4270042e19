import { LRUCache } from 'lru-cache';
import type { UsageWindow } from '../counters/domain/usage-window.ts';
import { hash32 } from '../counters/names.ts';
import { packedNumbers } from '../counters/packed.ts';
import { rateIdMin } from '../counters/strings.ts';
import type { Limit } from '../policies/domain/limit.ts';
import type { Policy } from '../policies/domain/policy.ts';

/** Whose a limit is: what it is counted by lies with the credential, or with the account. */
export interface OwnedLimit {
  readonly limit: Limit;
  readonly of: 'credential' | 'account';
}

/**
 * Limits as `decide.lua` reads them. Those who have the same ones in the same window share the object,
 * so that a batch says them once for each plan and not for each call.
 */
export interface LimitList {
  readonly limits: readonly OwnedLimit[];
  readonly window: UsageWindow;
  readonly packed: Uint8Array;
  /** How many numbers those are. */
  readonly size: number;
  /** How many numbers the script answers for them. */
  readonly answerSize: number;
  /** Of the encoder alone: the latest batch that it is in, and where it begins there. */
  batch: number;
  index: number;
}

/** Lists kept for sharing: each takes about a kilobyte, and a plan has a few. */
const listsMax = 10_000;

/** Makes lists, the same one for the same limits and window. */
export type LimitLists = (limits: readonly OwnedLimit[], window: UsageWindow) => LimitList;

/** An empty store of lists. */
export function createLimitLists(): LimitLists {
  const lists = new LRUCache<string, LimitList>({ max: listsMax });
  return (limits, window) => {
    const numbers = listNumbers(limits, window);
    const name = `${numbers.join(' ')} ${limits.map(({ limit }) => limit.limitId).join(' ')}`;
    let list = lists.get(name);
    if (!list) {
      list = {
        limits,
        window,
        packed: packedNumbers(numbers),
        size: numbers.length,
        answerSize: limits.reduce((sum, { limit }) => sum + (limit.kind === 'quota' ? 1 : 2), 0),
        batch: -1,
        index: 0,
      };
      lists.set(name, list);
    }
    return list;
  };
}

/** 1: a quota, then a rate of the credential, which the script decides inline. */
function shapeOf(limits: readonly OwnedLimit[]): number {
  const [first, second] = limits;
  const isPlain =
    limits.length === 2 &&
    first?.limit.kind === 'quota' &&
    second?.limit.kind === 'rate' &&
    second.of === 'credential';
  return isPlain ? 1 : 0;
}

/**
 * Shape, the window's id, start and end, the number of limits; then seven numbers each: of a quota 0,
 * its window's id, how many, the window's start and end, 0, 0; of a rate 1 (the credential's) or 2
 * (the account's), its id, its interval (whole, rest), requests, its tolerance (whole, rest).
 */
function listNumbers(limits: readonly OwnedLimit[], window: UsageWindow): number[] {
  const { id, startUs, endUs } = window;
  const ids = rateIds(limits);
  const numbers = [shapeOf(limits), id, startUs, endUs, limits.length];
  limits.forEach(({ limit, of }, at) => {
    if (limit.kind === 'quota') {
      numbers.push(0, id, limit.requests, startUs, endUs, 0, 0);
    } else {
      const { interval, requests, tolerance } = limit;
      const place = of === 'credential' ? 1 : 2;
      numbers.push(place, ids[at] ?? 0, interval.us, interval.rest);
      numbers.push(requests, tolerance.us, tolerance.rest);
    }
  });
  return numbers;
}

/** By which each rate is found in Redis. One with other numbers is another one, and begins whole. */
export function rateIds(limits: readonly OwnedLimit[]): readonly (number | undefined)[] {
  const taken = new Set<number>();
  return limits.map(({ limit }) => {
    if (limit.kind !== 'rate') return undefined;
    const { limitId, requests, windowSeconds, burst } = limit;
    let id = hash32(`${limitId}:${requests}/${windowSeconds}+${burst}`);
    while (id < rateIdMin || taken.has(id)) id = (id + rateIdMin) % 0x1_0000_0000;
    taken.add(id);
    return id;
  });
}

/** The limits of a plan, which all callers of an account share. */
export function planLimits({ limits }: Policy): OwnedLimit[] {
  return limits.map((limit) => ({ limit, of: 'account' }));
}
