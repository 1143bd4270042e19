import type { Program } from '@tollgate/servers';
import { idleCoresOf, type Measured, measure, type Parts, type Subject } from '../cost/measure.ts';
import { inTurn } from '../figures/in-turn.ts';
import type { Loader } from '../load/start-loader.ts';
import { type OneWorkerEnvoy, startOneWorkerEnvoy } from '../processes/one-worker-envoy.ts';
import type { Contestant } from './contestant.ts';
import { frontConfig, upstreamConfig } from './envoy-config.ts';
import { keySpaceOf, plainCase } from './load-case.ts';

/** Clients of the gateway; each asks several requests at once. */
const connections = 16;
/** Requests that are open at once, a table each. */
const openCounts = [64, 128] as const;
type OpenCount = (typeof openCounts)[number];
const warmUpSeconds = 2;

/** One run through Envoy. */
export interface EnvoyRun extends Measured {
  /** Share of the requests on which Envoy got no decision in time, 0 to 1; it let them pass. */
  readonly undecided: number;
}

/** All ways to the upstream with so many requests open. */
export interface EnvoyResult {
  readonly open: OpenCount;
  /** One list for each way, a run each round: without a filter first, then the contestants'. */
  readonly runs: readonly (readonly EnvoyRun[])[];
}

/** What runs need. */
interface EnvoyParts {
  readonly loader: Loader;
  readonly contestants: readonly Contestant[];
  readonly program: Program;
  /** For files of Envoy's, whose user passes through it. */
  readonly folder: string;
  readonly seconds: number;
  readonly rounds: number;
  readonly log: (line: string) => void;
}

/** A way to the upstream that is open. */
interface Way {
  readonly front: OneWorkerEnvoy;
  readonly subject: Subject;
}

/** Whole requests, through an Envoy of each contestant's own, in turns. */
export async function benchThroughEnvoy(parts: EnvoyParts): Promise<EnvoyResult[]> {
  await using opened = new AsyncDisposableStack();
  const upstream = opened.use(await startOneWorkerEnvoy('upstream', parts, upstreamConfig));
  const ways: Way[] = [];
  for (const limiter of [undefined, ...parts.contestants]) {
    const front = await startOneWorkerEnvoy(`front-${ways.length}`, parts, (ports) =>
      frontConfig({ ...ports, upstreamPort: upstream.port }, limiter),
    );
    opened.use(front);
    const own = { Envoy: [front.pid], upstream: [upstream.pid] };
    const all: Parts = { ...own, ...limiter?.parts };
    const way = { front, subject: { parts: all, idleCores: {} } };
    await runOnce(parts, way, { open: openCounts[0], seconds: warmUpSeconds });
    ways.push({ front, subject: { parts: all, idleCores: await idleCoresOf(all) } });
  }
  const results: EnvoyResult[] = [];
  for (const open of openCounts) results.push({ open, runs: await inTurns(parts, ways, open) });
  return results;
}

async function inTurns(
  parts: EnvoyParts,
  ways: readonly Way[],
  open: OpenCount,
): Promise<EnvoyRun[][]> {
  const { seconds, rounds, log } = parts;
  const runs = ways.map(() => [] as EnvoyRun[]);
  for (let round = 0; round < rounds; round += 1) {
    log(`through Envoy, ${open} open: round ${round + 1} of ${rounds}`);
    for (const at of inTurn(ways.length, round)) {
      const way = ways[at];
      if (way) runs[at]?.push(await runOnce(parts, way, { open, seconds }));
    }
  }
  return runs;
}

async function runOnce(
  { loader }: EnvoyParts,
  { front, subject }: Way,
  { open, seconds }: { open: OpenCount; seconds: number },
): Promise<EnvoyRun> {
  const before = await front.undecided();
  const measured = await measure(loader, subject, {
    addresses: [`127.0.0.1:${front.port}`],
    question: { kind: 'http', path: '/v1/widgets' },
    connections,
    open,
    seconds,
    keys: keySpaceOf(plainCase),
    distribution: plainCase.distribution,
  });
  return { ...measured, undecided: ((await front.undecided()) - before) / measured.asked };
}
