import { median } from '../gate/statistics.ts';
import type { Contestant } from './contestant.ts';
import type { LoadPlan } from './load/load-plan.ts';
import { type Bench, type Measured, measure } from './measure.ts';
import { population } from './population.ts';
import { gateKeyLimit } from './start-gates.ts';

/** Few connections and many streams, as Envoy's worker threads do. */
const connections = 2;
/** Questions open at once when nothing paces them. */
const openSaturated = 256;
/** At a rate, a limiter that falls behind is not asked more than so many at once. */
const openPacedMax = 4_096;
/** Until the compiler is done and each tenant is known; asked again while some are undecided. */
const warmUp = { questions: 100_000, seconds: 20, timesMax: 5 };

/** A load that all contestants meet in turn. */
export interface StraightCase {
  readonly name: string;
  readonly perSecond?: number;
  /** One list for each contestant, a run each round. */
  readonly runs: readonly (readonly Measured[])[];
}

/** All contestants' figures. */
export interface Straight {
  readonly saturated: StraightCase;
  readonly half: StraightCase;
  readonly equal: StraightCase;
}

/**
 * Asks the limiters themselves, in turns, round by round. The paced loads are the same for all and
 * come from what the first contestant can do: half of it, and nine tenths. `whose` names it.
 */
export async function benchStraight(
  bench: Bench,
  contestants: readonly Contestant[],
  options: { seconds: number; rounds: number; whose: string; log: (line: string) => void },
): Promise<Straight> {
  for (const contestant of contestants) {
    options.log(`warming ${contestant.name}`);
    await warm(bench, contestant);
  }
  async function inTurns(name: string, perSecond?: number): Promise<StraightCase> {
    const runs = contestants.map(() => [] as Measured[]);
    for (let round = 0; round < options.rounds; round += 1) {
      options.log(`${name}: round ${round + 1} of ${options.rounds}`);
      for (const [at, contestant] of contestants.entries()) {
        const plan = planFor(contestant, { seconds: options.seconds, perSecond });
        runs[at]?.push(await measure(bench, partsOf(contestant), plan));
      }
    }
    return { name, runs, ...(perSecond === undefined ? {} : { perSecond }) };
  }
  const saturated = await inTurns('saturated');
  const peer = median((saturated.runs[0] ?? []).map(({ perSecond }) => perSecond));
  const [half, equal] = [Math.round(peer * 0.5), Math.round(peer * 0.9)];
  return {
    saturated,
    half: await inTurns(`half of ${options.whose} most: ${half}/s`, half),
    equal: await inTurns(`nine tenths of it: ${equal}/s`, equal),
  };
}

async function warm(bench: Bench, contestant: Contestant): Promise<void> {
  const { questions, seconds, timesMax } = warmUp;
  for (let time = 0; time < timesMax; time += 1) {
    const plan = { ...planFor(contestant, { seconds }), questions };
    const { asked, outcomes } = await measure(bench, partsOf(contestant), plan);
    if (outcomes['ok'] === asked) return;
  }
}

function partsOf({ pids }: Contestant) {
  return { limiter: pids };
}

function planFor(
  { addresses, kind }: Contestant,
  { seconds, perSecond }: { seconds: number; perSecond?: number | undefined },
): Omit<LoadPlan, 'run'> {
  return {
    addresses,
    kind,
    // Each gate is known by all of Envoy's connections.
    connections: connections * addresses.length,
    seconds,
    ...(perSecond === undefined ? { open: openSaturated } : { open: openPacedMax, perSecond }),
    ...population,
    keyLimit: gateKeyLimit,
  };
}
