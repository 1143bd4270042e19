import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConfigObject } from '@tollgate/gateway/config-object';
import { freePort, type Program, startEnvoy } from '@tollgate/servers';
import type { Contestant } from './contestant.ts';
import { frontConfig, upstreamConfig } from './envoy-config.ts';
import { type Bench, type Measured, measure } from './measure.ts';
import { population } from './population.ts';

/** Clients of the gateway; each asks several requests at once. */
const connections = 16;
const open = 128;
const warmUpSeconds = 2;

/** One run through Envoy. */
interface ThroughEnvoyRun extends Measured {
  /** Share of the requests on which Envoy got no decision in time, 0 to 1; it let them pass. */
  readonly undecided: number;
}

/** Figures of one way to the upstream. */
export interface Way {
  readonly name: string;
  readonly runs: readonly ThroughEnvoyRun[];
}

/** Whole requests at saturation, through an Envoy of each contestant's own, in turns. */
export async function benchThroughEnvoy(
  bench: Bench,
  contestants: readonly Contestant[],
  options: {
    program: Program;
    folder: string;
    seconds: number;
    rounds: number;
    log: (line: string) => void;
  },
): Promise<Way[]> {
  await using opened = new AsyncDisposableStack();
  const place = { program: options.program, folder: options.folder };
  const upstream = opened.use(await startOneWorker('upstream', place, upstreamConfig));
  const ways: {
    name: string;
    limiter: Contestant | undefined;
    front: Awaited<ReturnType<typeof startOneWorker>>;
    runs: ThroughEnvoyRun[];
  }[] = [];
  for (const limiter of [undefined, ...contestants]) {
    const name = limiter?.name ?? 'no filter';
    const front = await startOneWorker(`front-${ways.length}`, place, (ports) =>
      frontConfig({ ...ports, upstreamPort: upstream.port }, limiter),
    );
    ways.push({ name, limiter, front: opened.use(front), runs: [] });
  }
  const run = async ({ limiter, front }: (typeof ways)[number], seconds: number) => {
    const undecidedBefore = await front.undecided();
    const parts = { Envoy: [front.pid], limiter: limiter?.pids ?? [], upstream: [upstream.pid] };
    const measured = await measure(bench, parts, {
      addresses: [`127.0.0.1:${front.port}`],
      kind: 'http',
      connections,
      open,
      seconds,
      ...population,
    });
    const undecided = (await front.undecided()) - undecidedBefore;
    return { ...measured, undecided: undecided / measured.asked };
  };
  for (const way of ways) await run(way, warmUpSeconds);
  for (let round = 0; round < options.rounds; round += 1) {
    options.log(`through Envoy: round ${round + 1} of ${options.rounds}`);
    for (const way of ways) way.runs.push(await run(way, options.seconds));
  }
  return ways.map(({ name, runs }) => ({ name, runs }));
}

async function startOneWorker(
  name: string,
  { program, folder }: { program: Program; folder: string },
  configOf: (ports: { port: number; adminPort: number }) => ConfigObject,
) {
  const [port, adminPort] = [await freePort(), await freePort()];
  const configFile = join(folder, `${name}.json`);
  writeFileSync(configFile, JSON.stringify(configOf({ port, adminPort })), { mode: 0o644 });
  const logFile = join(folder, `${name}.log`);
  const envoy = await startEnvoy({
    program,
    configFile,
    adminPort,
    logFile,
    args: ['--concurrency', '1'],
  });
  return {
    port,
    pid: envoy.pid,
    /** Requests so far on which the limiter's filter got no answer in time. */
    async undecided(): Promise<number> {
      const url = `http://127.0.0.1:${adminPort}/stats?filter=ratelimit.error`;
      return Number(/ratelimit\.error: (\d+)/.exec(await (await fetch(url)).text())?.[1] ?? 0);
    },
    [Symbol.asyncDispose]: () => envoy.stop(),
  };
}
