import { expect, test } from '@jest/globals';
import type { Measured } from '../cost/measure.ts';
import { judge } from '../figures/targets.ts';
import { type LoadCase, wholeRun } from './load-case.ts';
import { type PeersResult, peerTargets } from './targets.ts';

const exact = { single: 5_000, key: 1_000, left: 4_000, undecided: 0 };

/** One round in which ours stands to the peer as each bound says it must. */
const reached: PeersResult = {
  straight: [
    straight(wholeRun.plain, { perSecond: 5, limiter: 1 / 11, redis: 1 / 3 }),
    straight(wholeRun.half, { limiter: 0.35, p99Ms: 0.7, pausesMs: [1, 10] }),
    straight(wholeRun.zipf, { perSecond: 5.5 }),
    straight(wholeRun.hot, { perSecond: 9 }),
    straight(wholeRun.three, { perSecond: 4, redis: 1 / 2 }),
  ],
  audits: [{ ...exact, left: 0 }, exact],
  envoy: [
    {
      open: 64,
      runs: [
        [through({})],
        [through({ undecided: 0.1 })],
        [through({ perSecond: 1.15, limiter: 1 / 4, undecided: 0.005 })],
      ],
    },
  ],
};

interface Factors {
  readonly perSecond?: number;
  readonly limiter?: number;
  readonly redis?: number;
  readonly p99Ms?: number;
  readonly pausesMs?: readonly number[];
}

/** A run of a thousand a second and a hundred microseconds each, times what is given. */
function run({ perSecond = 1, limiter = 1, redis = 1, p99Ms = 1, ...rest }: Factors): Measured {
  return {
    asked: 1,
    outcomes: {},
    perSecond: 1_000 * perSecond,
    p50Ms: 1,
    p99Ms,
    cpuUs: { limiter: 100 * limiter, Redis: 100 * redis },
    residentBytes: {},
    clientCpuSeconds: 0,
    clientCores: 0,
    sentLateP99Ms: 0,
    ...rest,
  };
}

function straight(of: LoadCase, ours: Factors) {
  return { of, title: '', runs: [[run({})], [run(ours)]] };
}

function through({ undecided = 0, ...factors }: Factors & { undecided?: number }) {
  return { ...run(factors), undecided };
}

function missed(result: PeersResult): string[] {
  return peerTargets(result)
    .filter((target) => judge(target) === 'missed')
    .map(({ name }) => name);
}

test('figures that just reach each target meet all of them', () => {
  expect(peerTargets(reached).map(judge)).toEqual(Array.from({ length: 15 }, () => 'met'));
});

test.each<[string, LoadCase, Factors]>([
  ['decisions/s, uniform', wholeRun.plain, { perSecond: 4.99, limiter: 0, redis: 0 }],
  ["limiter's CPU, saturated", wholeRun.plain, { perSecond: 5, limiter: 0.0914, redis: 0 }],
  ["Redis' CPU, two limits", wholeRun.plain, { perSecond: 5, limiter: 0, redis: 0.334 }],
  ["limiter's CPU, half load", wholeRun.half, { limiter: 0.351, p99Ms: 0.7 }],
  ['p99, half load', wholeRun.half, { limiter: 0.35, p99Ms: 0.701 }],
  ['longest pause for garbage, half load', wholeRun.half, { limiter: 0, p99Ms: 0, pausesMs: [11] }],
  ['decisions/s, Zipf 1.1', wholeRun.zipf, { perSecond: 5.49 }],
  ['decisions/s, one hot key', wholeRun.hot, { perSecond: 8.99 }],
  ['decisions/s, three limits', wholeRun.three, { perSecond: 3.99, redis: 0 }],
  ["Redis' CPU, three limits", wholeRun.three, { perSecond: 4, redis: 0.501 }],
])('a figure just short of a target misses it, and no other: %s', (name, of, ours) => {
  const others = reached.straight.filter((one) => one.of !== of);
  expect(missed({ ...reached, straight: [...others, straight(of, ours)] })).toEqual([name]);
});

test.each<[string, Parameters<typeof through>[0]]>([
  ['undecided at 20 ms through Envoy, 64 open', { perSecond: 2, limiter: 0, undecided: 0.0051 }],
  ['requests/s through Envoy, 64 open', { perSecond: 1.149, limiter: 0 }],
  ["limiter's CPU through Envoy, 64 open", { perSecond: 2, limiter: 0.251 }],
])('so does one through Envoy: %s', (name, ours) => {
  const runs = [[through({})], [through({})], [through(ours)]];
  expect(missed({ ...reached, envoy: [{ open: 64, runs }] })).toEqual([name]);
});

test.each([{ single: 5_001 }, { key: 1_001 }, { left: 4_001 }, { left: 3_999 }])(
  'exact is to the last call: not with %o',
  (wrong) => {
    expect(missed({ ...reached, audits: [exact, { ...exact, ...wrong }] })).toEqual([
      'exact with one and with two limits',
    ]);
  },
);

test('two limits may be half as fast again as three, and no more', () => {
  const [plain, ...others] = reached.straight;
  const faster = straight(wholeRun.plain, { perSecond: 6.01, limiter: 0, redis: 0 });
  expect(plain?.of).toBe(wholeRun.plain);
  expect(missed({ ...reached, straight: [faster, ...others] })).toEqual([
    'two limits by three, decisions/s',
  ]);
});

test('what a run has not measured is not judged', () => {
  const verdicts = peerTargets({ straight: [], audits: [], envoy: [] }).map(judge);
  expect(new Set(verdicts)).toEqual(new Set(['not measured']));
});

test('the median of the rounds counts, each by the peer of the same round', () => {
  const rounds = [run({ perSecond: 1 }), run({ perSecond: 2 }), run({ perSecond: 4 })];
  const ours = [run({ perSecond: 6 }), run({ perSecond: 8 }), run({ perSecond: 20 })];
  const straight = [{ of: wholeRun.zipf, title: '', runs: [rounds, ours] }];
  const targets = peerTargets({ straight, audits: [], envoy: [] });
  expect(targets.find(({ name }) => name === 'decisions/s, Zipf 1.1')?.value).toBe(5);
});
