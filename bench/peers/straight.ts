import { setTimeout as sleep } from 'node:timers/promises';
import { idleCoresOf, type Measured, measure, type Subject } from '../cost/measure.ts';
import { inTurn } from '../figures/in-turn.ts';
import { middle } from '../figures/statistics.ts';
import type { LoadPlan } from '../load/load-plan.ts';
import type { Loader } from '../load/start-loader.ts';
import type { MeasuredRedis } from '../processes/measured-redis.ts';
import type { Contestant } from './contestant.ts';
import { keySpaceOf, type LoadCase, titleOf } from './load-case.ts';
import { loadQuestion } from './peer-questions.ts';

/** Few connections and many streams, as Envoy's worker threads do. */
const connections = 2;
/** Questions open at once when nothing paces them. */
const openSaturated = 256;
/** At a rate, a limiter that falls behind is not asked more than so many at once. */
const openPacedMax = 4_096;
/** Until the compiler is done: the first load. */
const firstQuestions = 100_000;
/** Until each key is known, and asked again while some are undecided. */
const warmUp = { questionsMin: 20_000, seconds: 20, timesMax: 5 };
/** A recorder saves every second: what a run has left, it has saved after two. */
const savedAfterMs = 2_000;

/** What all contestants made of one load. */
export interface StraightResult {
  readonly of: LoadCase;
  /** In words, with the rate that `half` came to. */
  readonly title: string;
  /** One list for each contestant, a run each round. */
  readonly runs: readonly (readonly Measured[])[];
}

/** What runs need. */
export interface StraightParts {
  readonly loader: Loader;
  /** The first one is the peer, whose most a rate may refer to. */
  readonly contestants: readonly Contestant[];
  readonly seconds: number;
  readonly rounds: number;
  readonly log: (line: string) => void;
}

/** Asks the limiters themselves, load by load; each load in turns, round by round. */
export async function benchStraight(
  parts: StraightParts,
  cases: readonly LoadCase[],
): Promise<StraightResult[]> {
  const results: StraightResult[] = [];
  for (const contestant of parts.contestants) {
    parts.log(`warming ${contestant.name}`);
    const [first] = cases;
    if (first) await warm(parts.loader, contestant, first, firstQuestions);
  }
  for (const of of cases) {
    const perSecond = await rateOf(parts, of, results);
    results.push({
      of,
      title: of.rate === 'half' ? `${titleOf(of)} of the peer's most, ${perSecond}/s` : titleOf(of),
      runs: await runInTurns(parts, of, perSecond),
    });
  }
  return results;
}

/** Questions a second; `undefined`: saturated. */
async function rateOf(
  parts: StraightParts,
  of: LoadCase,
  results: readonly StraightResult[],
): Promise<number | undefined> {
  if (of.rate === 'saturated') return undefined;
  if (of.rate !== 'half') return of.rate;
  const saturated = results.find(
    ({ of: other }) => titleOf(other) === titleOf({ ...of, rate: 'saturated' }),
  );
  const peer = saturated?.runs[0] ?? [await mostOfPeer(parts, of)];
  return Math.round(middle(peer, ({ perSecond }) => perSecond) / 2);
}

async function mostOfPeer({ loader, contestants, seconds }: StraightParts, of: LoadCase) {
  const [peer] = contestants;
  if (!peer) throw new Error('nobody takes part');
  return loader.run(planFor(peer, of, { seconds }));
}

async function runInTurns(
  parts: StraightParts,
  of: LoadCase,
  perSecond: number | undefined,
): Promise<Measured[][]> {
  const { loader, contestants, seconds, rounds, log } = parts;
  await using recorders = new AsyncDisposableStack();
  const subjects: Subject[] = [];
  for (const contestant of contestants) {
    const recorder = of.recorder ? await contestant.startRecorder?.() : undefined;
    if (recorder) recorders.use(recorder);
    await warm(loader, contestant, of, Math.max(warmUp.questionsMin, of.keys));
    subjects.push(await subjectOf(contestant, recorder?.pid));
  }
  const runs = contestants.map(() => [] as Measured[]);
  for (let round = 0; round < rounds; round += 1) {
    log(`${titleOf(of)}: round ${round + 1} of ${rounds}`);
    for (const at of inTurn(contestants.length, round)) {
      const [contestant, subject] = [contestants[at], subjects[at]];
      if (!contestant || !subject) continue;
      const plan = planFor(contestant, of, { seconds, perSecond });
      runs[at]?.push(await measure(loader, subject, plan));
    }
  }
  return runs;
}

async function subjectOf(
  { parts, redis, takePausesMs }: Contestant,
  recorderPid: number | undefined,
): Promise<Subject> {
  const all = recorderPid === undefined ? parts : { ...parts, recorder: [recorderPid] };
  const waitsMs = recorderPid === undefined ? 0 : savedAfterMs;
  return {
    parts: all,
    idleCores: await idleCoresOf(all),
    settled: async () => {
      await sleep(waitsMs);
      await untilForgotten(redis);
    },
    ...(takePausesMs ? { takePausesMs } : {}),
  };
}

/** Redis drops what has died several times in this time. */
const quietMs = 300;

/** Waits until Redis has dropped the run's records of requests, which is part of its cost. */
async function untilForgotten(redis: MeasuredRedis): Promise<void> {
  const latestMs = performance.now() + 5_000;
  for (let before = Number.POSITIVE_INFINITY; performance.now() < latestMs; ) {
    const keys = await redis.size();
    if (keys >= before) return;
    before = keys;
    await sleep(quietMs);
  }
}

async function warm(
  loader: Loader,
  contestant: Contestant,
  of: LoadCase,
  questions: number,
): Promise<void> {
  const { seconds, timesMax } = warmUp;
  for (let time = 0; time < timesMax; time += 1) {
    // In turn, so that each key is asked, however seldom it comes later.
    const everyKey: LoadCase = { ...of, distribution: 'uniform' };
    const plan = { ...planFor(contestant, everyKey, { seconds }), questions };
    const { asked, outcomes } = await loader.run(plan);
    if (outcomes['ok'] === asked) return;
  }
}

function planFor(
  { addresses, kind }: Contestant,
  of: LoadCase,
  { seconds, perSecond }: { seconds: number; perSecond?: number | undefined },
): Omit<LoadPlan, 'run'> {
  return {
    addresses,
    question: loadQuestion(kind, of.limits),
    // Each gate is known by all of Envoy's connections.
    connections: connections * addresses.length,
    seconds,
    ...(perSecond === undefined ? { open: openSaturated } : { open: openPacedMax, perSecond }),
    keys: keySpaceOf(of),
    distribution: of.distribution,
  };
}
