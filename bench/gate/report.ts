import type { Runs } from '../command-line/read-runs.ts';
import type { Measured } from '../cost/measure.ts';
import { machineText } from '../figures/machine.ts';
import { ratioText } from '../figures/ratio-text.ts';
import { median, middle, ratios } from '../figures/statistics.ts';
import { tableLines } from '../figures/table.ts';
import { atLeast, type Target, targetLines } from '../figures/targets.ts';
import type { MeasuredRedis } from '../processes/measured-redis.ts';

/** What all ways made of so many open calls. */
export interface GateResult {
  readonly open: number;
  /** One list for each way, a run each round: Envoy alone, the reference, other forms. */
  readonly runs: readonly (readonly Measured[])[];
}

/** The whole report in Markdown. */
export function reportLines(
  names: readonly string[],
  bench: { runs: Runs; redis: MeasuredRedis; results: readonly GateResult[] },
): string[] {
  return [
    conditions(bench.runs, bench.redis),
    '',
    ...bench.results.flatMap((result) => [...resultLines(names, result), '']),
    ...targetLines(laneTargets(bench.results)),
  ];
}

function conditions({ seconds, rounds }: Runs, { version }: MeasuredRedis): string {
  return [
    `${machineText()}; ${version}, fsync every second. Medians of ${rounds} rounds of ${seconds} s,`,
    'in turns: GET of a sample upstream by one key with two limits, through the deployed',
    'configuration but for the shield by address, with one worker; all services and the client on',
    'the same machine. CPU is user and system time for a call, less what the process takes while',
    'nobody asks.',
  ].join(' ');
}

const parts = ['Envoy', 'Auth', 'gate', 'recorder', 'Redis', 'upstream', 'client'] as const;

function resultLines(names: readonly string[], { open, runs }: GateResult): string[] {
  const head = [
    `${open} open`,
    'requests/s',
    'by Envoy alone, each round',
    `by ${names[1]}, each round`,
    'p50 ms',
    'p99 ms',
    'not 200',
    ...parts.map((part, at) => (at === 0 ? `CPU µs: ${part}` : part)),
  ];
  const [alone = [], reference = []] = runs;
  const rows = runs.map((all, at) => [
    names[at] ?? '',
    middle(all, (run) => run.perSecond).toFixed(0),
    ratioText(all, alone),
    at === 0 ? '' : ratioText(all, reference),
    middle(all, (run) => run.p50Ms).toFixed(2),
    middle(all, (run) => run.p99Ms).toFixed(2),
    String(all.reduce((sum, run) => sum + run.asked - (run.outcomes['ok'] ?? 0), 0)),
    ...parts.map((part) => middle(all, (run) => run.cpuUs[part] ?? Number.NaN).toFixed(0)),
  ]);
  return tableLines(head, rows);
}

/** What asking once instead of twice is to bring; judged when there is such a form. */
function laneTargets(results: readonly GateResult[]): Target[] {
  const gain = (open: number): number | undefined => {
    const [, reference, lane] = results.find((one) => one.open === open)?.runs ?? [];
    return reference && lane && median(ratios(lane, reference, (run) => run.perSecond));
  };
  return [
    atLeast('one-call lane by two calls, 64 open', gain(64), { wanted: 1.35, stretch: 1.4 }),
    atLeast('one-call lane by two calls, 8 open', gain(8), { wanted: 1.5, stretch: 1.6 }),
  ];
}
