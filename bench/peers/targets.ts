import { longPauseMs } from '../cost/gc-pauses.ts';
import type { Measured } from '../cost/measure.ts';
import { median, middle, ratios } from '../figures/statistics.ts';
import { percent } from '../figures/table.ts';
import { atLeast, atMost, type Target } from '../figures/targets.ts';
import { type AuditResult, isExact } from './audit.ts';
import { type LoadCase, titleOf, wholeRun } from './load-case.ts';
import type { StraightResult } from './straight.ts';
import type { EnvoyResult } from './through-envoy.ts';

/** What was measured, of all contestants in their order: the peer is the first, ours the last. */
export interface PeersResult {
  readonly straight: readonly StraightResult[];
  readonly audits: readonly AuditResult[];
  readonly envoy: readonly EnvoyResult[];
}

type Figure = (run: Measured) => number;
const perSecond: Figure = (run) => run.perSecond;
const p99Ms: Figure = (run) => run.p99Ms;
const cpuOf =
  (part: string): Figure =>
  (run) =>
    run.cpuUs[part] ?? Number.NaN;
const limiterCpu = cpuOf('limiter');
const redisCpu = cpuOf('Redis');

/** The targets of the decision path; all but the last ones by the peer of the same rounds. */
export function peerTargets(result: PeersResult): Target[] {
  const { plain, half, zipf, hot, three } = wholeRun;
  const by = (of: LoadCase, figure: Figure) => byPeer(runsOf(result, of), figure);
  return [
    atLeast('decisions/s, uniform', by(plain, perSecond), { wanted: 5, stretch: 7 }),
    atLeast('decisions/s, Zipf 1.1', by(zipf, perSecond), { wanted: 5.5, stretch: 7.5 }),
    atLeast('decisions/s, one hot key', by(hot, perSecond), { wanted: 9, stretch: 11 }),
    atLeast('decisions/s, three limits', by(three, perSecond), { wanted: 4, stretch: 5 }),
    atMost("limiter's CPU, saturated", by(plain, limiterCpu), { wanted: 1 / 11, stretch: 1 / 15 }),
    atMost("limiter's CPU, half load", by(half, limiterCpu), { wanted: 0.35, stretch: 0.3 }),
    atMost("Redis' CPU, two limits", by(plain, redisCpu), { wanted: 1 / 3, stretch: 1 / 4 }),
    atMost("Redis' CPU, three limits", by(three, redisCpu), { wanted: 1 / 2 }),
    atMost('p99, half load', by(half, p99Ms), { wanted: 0.7, stretch: 0.4 }),
    ...envoyTargets(result),
    ...ownTargets(result),
  ];
}

/** Open requests that targets through Envoy are set for. */
const openJudged = 64;

function envoyTargets({ envoy }: PeersResult): Target[] {
  // Before the contestants there is the way without a filter.
  const runs = envoy.find(({ open }) => open === openJudged)?.runs.slice(1);
  const undecided = runs?.at(-1)?.map((run) => run.undecided);
  return [
    atMost('undecided at 20 ms through Envoy, 64 open', undecided && median(undecided), {
      wanted: 0.005,
      stretch: 0.001,
      show: percent,
    }),
    atLeast('requests/s through Envoy, 64 open', byPeer(runs, perSecond), {
      wanted: 1.15,
      stretch: 1.25,
    }),
    atMost("limiter's CPU through Envoy, 64 open", byPeer(runs, limiterCpu), {
      wanted: 1 / 4,
      stretch: 1 / 5,
    }),
  ];
}

/** What is asked of ours whatever the peer does. */
function ownTargets(result: PeersResult): Target[] {
  const oursOf = (of: LoadCase) => runsOf(result, of)?.at(-1);
  const [plain, three] = [oursOf(wholeRun.plain), oursOf(wholeRun.three)];
  const slower = plain && three && middle(plain, perSecond) / middle(three, perSecond);
  const pauses = oursOf(wholeRun.half)?.flatMap(({ pausesMs = [] }) => pausesMs);
  const audit = result.audits.at(-1);
  return [
    atMost('two limits by three, decisions/s', slower, { wanted: 1.5 }),
    atMost(`longest pause for garbage, half load`, pauses && Math.max(0, ...pauses), {
      wanted: longPauseMs,
      show: (ms) => `${ms.toFixed(1)} ms`,
    }),
    atLeast('exact with one and with two limits', audit && Number(isExact(audit)), {
      wanted: 1,
      show: (value) => (value === 1 ? 'exact' : 'not exact'),
    }),
  ];
}

function runsOf({ straight }: PeersResult, of: LoadCase): StraightResult['runs'] | undefined {
  return straight.find((one) => titleOf(one.of) === titleOf(of))?.runs;
}

/** The median of what ours is by the peer in each round. */
function byPeer<Run>(
  runs: readonly (readonly Run[])[] | undefined,
  of: (run: Run) => number,
): number | undefined {
  const [peer, ours] = [runs?.[0], runs?.at(-1)];
  return peer && ours && median(ratios(ours, peer, of));
}
