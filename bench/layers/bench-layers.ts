import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Runs } from '../command-line/read-runs.ts';
import { idleCoresOf, type Measured, measure, type Subject } from '../cost/measure.ts';
import { inTurn } from '../figures/in-turn.ts';
import { machineText } from '../figures/machine.ts';
import { middle } from '../figures/statistics.ts';
import { tableLines } from '../figures/table.ts';
import type { LoadPlan } from '../load/load-plan.ts';
import { startLoader } from '../load/start-loader.ts';
import { keySpaceOf, plainCase } from '../peers/load-case.ts';
import { loadQuestion } from '../peers/peer-questions.ts';
import { startGates } from '../peers/start-gates.ts';
import { startMeasuredRedis } from '../processes/measured-redis.ts';
import { layers, libraries } from './layers.ts';

/** A server that is asked: one layer, or the whole gate. */
interface Server {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly pids: readonly number[];
}

const wholeGate = 'the whole gate';
const warmUp = { questions: 50_000, seconds: 5 };
const open = 256;
const connections = 2;

/** Measures all layers and the whole gate, in turns, and answers the report in Markdown. */
export async function benchLayers(runs: Runs, log: (line: string) => void): Promise<string[]> {
  await using opened = new AsyncDisposableStack();
  const loader = opened.use(startLoader());
  const redis = opened.use(await startMeasuredRedis('everysec'));
  const gate = opened.use(await startGates({ name: wholeGate, gates: 1, redis }));
  const servers: Server[] = [];
  for (const { name } of [...layers, ...libraries]) {
    servers.push(opened.use(await startLayer(name)));
  }
  servers.push({ name: wholeGate, addresses: gate.addresses, pids: gate.parts.limiter });
  const subjects: Subject[] = [];
  for (const server of servers) {
    log(`warming ${server.name}`);
    await loader.run({ ...planFor(server, warmUp.seconds), questions: warmUp.questions });
    const parts = { server: server.pids };
    subjects.push({ parts, idleCores: await idleCoresOf(parts) });
  }
  const measured = new Map(servers.map(({ name }) => [name, [] as Measured[]]));
  for (let round = 0; round < runs.rounds; round += 1) {
    log(`round ${round + 1} of ${runs.rounds}`);
    for (const at of inTurn(servers.length, round)) {
      const [server, subject] = [servers[at], subjects[at]];
      if (!server || !subject) continue;
      const run = await measure(loader, subject, planFor(server, runs.seconds));
      measured.get(server.name)?.push(run);
    }
  }
  return reportLines(runs, (name) => measured.get(name) ?? []);
}

function planFor({ addresses }: Server, seconds: number): Omit<LoadPlan, 'run'> {
  return {
    addresses,
    question: loadQuestion('gate', plainCase.limits),
    connections,
    open,
    seconds,
    keys: keySpaceOf(plainCase),
    distribution: plainCase.distribution,
  };
}

async function startLayer(name: string): Promise<Server & AsyncDisposable> {
  const child = fork(fileURLToPath(new URL('./layer-process.ts', import.meta.url)), [name]);
  const ended = once(child, 'exit');
  const failure = ended.then(() => {
    throw new Error(`the layer ${name} ended at its start`);
  });
  failure.catch(() => {});
  const [address]: string[] = await Promise.race([once(child, 'message'), failure]);
  return {
    name,
    addresses: [address ?? ''],
    pids: [child.pid ?? 0],
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

function reportLines(
  { seconds, rounds }: Runs,
  runsOf: (name: string) => readonly Measured[],
): string[] {
  const usOf = (name: string) => middle(runsOf(name), (run) => run.cpuUs['server'] ?? Number.NaN);
  const figures = (name: string) => [
    usOf(name).toFixed(1),
    Math.min(...runsOf(name).map((run) => run.cpuUs['server'] ?? Number.NaN)).toFixed(1),
    middle(runsOf(name), (run) => run.perSecond).toFixed(0),
  ];
  const names = [...layers.map(({ name }) => name), wholeGate];
  const added = names.map((name, at) => {
    const before = names[at - 1];
    return before === undefined ? '' : (usOf(name) - usOf(before)).toFixed(1);
  });
  return [
    [
      `${machineText()}; medians of ${rounds} rounds of ${seconds} s, in turns, saturated: 256 questions`,
      'open over two connections, uniform over 10,000 keys, two limits. CPU is user and system time of',
      "the server's process for a question, less what it takes while nobody asks.",
    ].join(' '),
    '',
    ...tableLines(
      ['layer', 'CPU µs', 'best round', 'questions/s', 'adds µs'],
      names.map((name, at) => [name, ...figures(name), added[at] ?? '']),
    ),
    '',
    ...tableLines(
      [
        'a library instead',
        'CPU µs',
        'best round',
        'questions/s',
        'in the layer',
        'which takes µs',
      ],
      libraries.map(({ name, insteadOf }) => [
        name,
        ...figures(name),
        insteadOf,
        usOf(insteadOf).toFixed(1),
      ]),
    ),
  ];
}
