import { longPauseMs } from '../cost/gc-pauses.ts';
import type { Measured } from '../cost/measure.ts';
import { ratioText } from '../figures/ratio-text.ts';
import { middle } from '../figures/statistics.ts';
import { percent, tableLines } from '../figures/table.ts';
import { type AuditResult, exactLeft } from './audit.ts';
import { audit } from './audit-limits.ts';
import type { StraightResult } from './straight.ts';
import type { EnvoyResult, EnvoyRun } from './through-envoy.ts';

/** The table of one load: how fast, by the peer and in each round; what it cost; how steady. */
export function straightLines(names: readonly string[], { title, runs }: StraightResult): string[] {
  const hasRecorder = runs.some((all) => all.some(({ cpuUs }) => 'recorder' in cpuUs));
  const head = [
    title,
    'decisions/s',
    'by the peer, each round',
    'CPU µs',
    'Redis µs',
    ...(hasRecorder ? ['recorder µs'] : []),
    'p50 ms',
    'p99 ms',
    'undecided',
    `pauses > ${longPauseMs} ms`,
    'RSS MiB',
    'client µs',
    'client cores',
    'sent late p99 ms',
  ];
  const rows = runs.map((all, at) => [
    names[at] ?? '',
    middle(all, (run) => run.perSecond).toFixed(0),
    ratioText(all, runs[0] ?? []),
    cpu(all, 'limiter'),
    cpu(all, 'Redis'),
    ...(hasRecorder ? [cpu(all, 'recorder')] : []),
    middle(all, (run) => run.p50Ms).toFixed(2),
    middle(all, (run) => run.p99Ms).toFixed(2),
    undecidedText(all),
    pausesText(all),
    mebibytes(all, 'limiter'),
    cpu(all, 'client'),
    middle(all, (run) => run.clientCores).toFixed(2),
    middle(all, (run) => run.sentLateP99Ms).toFixed(1),
  ]);
  return tableLines(head, rows);
}

/** The audit's table. */
export function auditLines(names: readonly string[], audits: readonly AuditResult[]): string[] {
  const head = [
    `asked ${audit.questions} times each`,
    `one limit of ${audit.single}`,
    `two limits: ${audit.key} for the key`,
    `then left of the tenant's ${audit.tenant}`,
    'undecided',
  ];
  const rows = audits.map(({ single, key, left, undecided }, at) => [
    names[at] ?? '',
    String(single),
    String(key),
    left === exactLeft ? String(left) : `${left}, should be ${exactLeft}`,
    String(undecided),
  ]);
  return tableLines(head, rows);
}

/** The table of whole requests with so many open. */
export function envoyLines(names: readonly string[], { open, runs }: EnvoyResult): string[] {
  const head = [
    `through Envoy, ${open} open`,
    'requests/s',
    'by the peer, each round',
    'p50 ms',
    'p99 ms',
    'undecided at 20 ms',
    'CPU µs: Envoy',
    'limiter',
    'Redis',
    'upstream',
    'client',
  ];
  const [, peer = []] = runs;
  const rows = runs.map((all: readonly EnvoyRun[], at) => [
    ['no filter', ...names][at] ?? '',
    middle(all, (run) => run.perSecond).toFixed(0),
    ratioText(all, peer),
    middle(all, (run) => run.p50Ms).toFixed(2),
    middle(all, (run) => run.p99Ms).toFixed(2),
    percent(middle(all, (run) => run.undecided)),
    ...['Envoy', 'limiter', 'Redis', 'upstream', 'client'].map((part) => cpu(all, part)),
  ]);
  return tableLines(head, rows);
}

function cpu(runs: readonly Measured[], part: string): string {
  const us = middle(runs, (run) => run.cpuUs[part] ?? Number.NaN);
  return Number.isNaN(us) ? '' : us.toFixed(1);
}

function mebibytes(runs: readonly Measured[], part: string): string {
  return middle(runs, (run) => (run.residentBytes[part] ?? Number.NaN) / 2 ** 20).toFixed(0);
}

/** Everything that was not decided in all rounds, by what came instead. */
function undecidedText(runs: readonly Measured[]): string {
  const sums = new Map<string, number>();
  for (const { outcomes } of runs) {
    for (const [outcome, count] of Object.entries(outcomes)) {
      if (outcome === 'ok' || outcome === 'over') continue;
      sums.set(outcome, (sums.get(outcome) ?? 0) + count);
    }
  }
  return [...sums].map(([outcome, count]) => `${count} ${outcome}`).join(', ') || '0';
}

/** Of all rounds together: how many, and the longest of all. */
function pausesText(runs: readonly Measured[]): string {
  if (runs.some(({ pausesMs }) => pausesMs === undefined)) return '';
  const pausesMs = runs.flatMap(({ pausesMs = [] }) => pausesMs);
  const long = pausesMs.filter((ms) => ms > longPauseMs).length;
  return `${long} (longest ${Math.max(0, ...pausesMs).toFixed(1)})`;
}
