import { expect, test } from '@jest/globals';
import { type Figures, isExact, judgeTargets } from './targets.ts';

const exact = { single: 5_000, key: 1_000, left: 4_000, undecided: 0 };
const peer: Figures = {
  perSecond: 10_000,
  cpuMicros: 100,
  halfP99Ms: 2,
  audit: { ...exact, left: 0 },
  throughEnvoy: { perSecond: 5_000, cpuMicros: 100, undecided: 0.045 },
};
const ours: Figures = {
  perSecond: 50_000,
  cpuMicros: 10,
  halfP99Ms: 2,
  audit: exact,
  throughEnvoy: { perSecond: 8_000, cpuMicros: 20, undecided: 0.001 },
};

test('figures that just reach each target meet all of them', () => {
  expect(judgeTargets(ours, peer).filter(({ isMet }) => !isMet)).toEqual([]);
});

test.each<[string, Partial<Figures>]>([
  ['decisions/s', { perSecond: 49_999 }],
  ['at saturation: ≤ 10 µs', { cpuMicros: 10.1 }],
  [
    'behind Envoy, decided or not: ≤ 25 µs',
    { throughEnvoy: { ...ours.throughEnvoy, cpuMicros: 25.1 } },
  ],
  ['requests/s', { throughEnvoy: { ...ours.throughEnvoy, perSecond: 7_999 } }],
  ['CPU per request', { throughEnvoy: { ...ours.throughEnvoy, cpuMicros: 20.1 } }],
  ['undecided', { throughEnvoy: { ...ours.throughEnvoy, undecided: 0.0011 } }],
  ['p99', { halfP99Ms: 2.01 }],
  ['exact', { audit: { ...exact, left: 3_999 } }],
])('a figure just short of a target misses it: %s', (name, short) => {
  const missed = judgeTargets({ ...ours, ...short }, peer).filter(({ isMet }) => !isMet);
  expect(missed.map(({ target }) => target)).toContainEqual(expect.stringContaining(name));
});

test('a run that measured nothing meets no target of it', () => {
  const nothing = { ...ours, perSecond: Number.NaN, cpuMicros: Number.NaN };
  const met = judgeTargets(nothing, peer).filter(({ isMet }) => isMet);
  expect(met.map(({ target }) => target)).not.toContainEqual(
    expect.stringMatching(/straight|≤ 10/),
  );
});

test.each([{ single: 5_001 }, { key: 1_001 }, { left: 4_001 }, { left: 3_999 }])(
  'exact is to the last call: not with %o',
  (wrong) => {
    expect(isExact({ ...exact, ...wrong })).toBe(false);
  },
);
