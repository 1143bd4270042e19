import type { Distribution } from '../load/key-order.ts';
import type { KeySpace } from '../load/load-plan.ts';

/** How many limits each decision asks. */
export const limitCounts = ['1', '2', '3'] as const;
/** 1: the plan's quota a month; 2: also the key's own rate; 3: also the plan's rate. */
export type LimitCount = (typeof limitCounts)[number];

/** `half` is half of what the peer decides of the same load, saturated. */
export type Rate = 'saturated' | 'half' | number;

/** A load that all contestants meet in turns. */
export interface LoadCase {
  readonly distribution: Distribution;
  /** A multiple of the number of tenants. */
  readonly keys: number;
  readonly limits: LimitCount;
  readonly rate: Rate;
  /** Whether a recorder saves the counters meanwhile; the peer has none. */
  readonly recorder: boolean;
}

/** Tenants of every load, in whose turn its keys are asked. */
export const tenants = 1_000;

/** The load that others differ from in one thing. */
export const plainCase: LoadCase = {
  distribution: 'uniform',
  keys: 10_000,
  limits: '2',
  rate: 'saturated',
  recorder: false,
};

/** What a whole run measures: all that targets are set for, and what else a deployment meets. */
export const wholeRun = {
  plain: plainCase,
  half: { ...plainCase, rate: 'half' },
  zipf: { ...plainCase, distribution: 'zipf' },
  hot: { ...plainCase, distribution: 'hot' },
  one: { ...plainCase, limits: '1' },
  three: { ...plainCase, limits: '3' },
  recorder: { ...plainCase, recorder: true },
  manyKeys: { ...plainCase, keys: 100_000 },
} as const satisfies Readonly<Record<string, LoadCase>>;

const shapes: Readonly<Record<Distribution, string>> = {
  uniform: 'uniform',
  zipf: 'Zipf 1.1',
  hot: 'one hot key',
};

/** A case in words. */
export function titleOf({ distribution, keys, limits, rate, recorder }: LoadCase): string {
  return [
    shapes[distribution],
    ...(distribution === 'hot' ? [] : [`${keys.toLocaleString('en')} keys`]),
    limits === '1' ? '1 limit' : `${limits} limits`,
    ...(recorder ? ['a recorder saves'] : []),
    typeof rate === 'number' ? `${rate}/s` : rate,
  ].join(', ');
}

/** First tenants of those with a quota alone, and of those with a rate of their plan besides. */
export const firstTenants = { quota: 1, quotaAndRate: 3_001 } as const;

/** The keys of a case. */
export function keySpaceOf({ keys, limits }: LoadCase): KeySpace {
  return {
    firstTenant: limits === '3' ? firstTenants.quotaAndRate : firstTenants.quota,
    tenants,
    keysPerTenant: keys / tenants,
  };
}
