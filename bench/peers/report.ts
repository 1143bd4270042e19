import { tableLines } from '../gate/statistics.ts';
import { type AuditResult, exactLeft } from './audit.ts';
import { audit } from './audit-limits.ts';
import type { Measured } from './measure.ts';
import type { Straight, StraightCase } from './straight.ts';
import { middle, percent, type Target } from './targets.ts';
import type { Way } from './through-envoy.ts';

/** All lines of the straight part, a table for each load. */
export function straightLines(names: readonly string[], straight: Straight): string[] {
  return [straight.saturated, straight.half, straight.equal].flatMap((one) => [
    ...straightTable(names, one),
    '',
  ]);
}

function straightTable(names: readonly string[], { name, runs }: StraightCase): string[] {
  const head = [
    name,
    'decisions/s',
    'p50 ms',
    'p99 ms',
    'CPU ms / 10,000',
    'Redis CPU',
    'client CPU',
    'client cores',
    'sent late p99 ms',
    'RSS MiB',
    'undecided',
  ];
  const rows = runs.map((all, at) => [
    names[at] ?? '',
    middle(all, (run) => run.perSecond).toFixed(0),
    middle(all, (run) => run.p50Ms).toFixed(2),
    middle(all, (run) => run.p99Ms).toFixed(2),
    cpu(all, 'limiter'),
    cpu(all, 'Redis'),
    cpu(all, 'client'),
    middle(all, (run) => run.clientCores).toFixed(2),
    middle(all, (run) => run.sentLateP99Ms).toFixed(1),
    mebibytes(all, 'limiter'),
    undecidedText(all),
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

/** The table of whole requests. */
export function envoyLines(ways: readonly Way[]): string[] {
  const head = [
    'through Envoy, saturated',
    'requests/s',
    'p50 ms',
    'p99 ms',
    'undecided at 20 ms',
    'CPU ms / 10,000: Envoy',
    'limiter',
    'Redis',
    'upstream',
    'client',
  ];
  const rows = ways.map(({ name, runs }) => [
    name,
    middle(runs, (run) => run.perSecond).toFixed(0),
    middle(runs, (run) => run.p50Ms).toFixed(2),
    middle(runs, (run) => run.p99Ms).toFixed(2),
    percent(middle(runs, (run) => run.undecided)),
    ...['Envoy', 'limiter', 'Redis', 'upstream', 'client'].map((part) => cpu(runs, part)),
  ]);
  return tableLines(head, rows);
}

/** The table of targets. */
export function targetLines(targets: readonly Target[]): string[] {
  return tableLines(
    ['target', 'measured', ''],
    targets.map(({ target, measured, isMet }) => [target, measured, isMet ? 'met' : '**missed**']),
  );
}

function cpu(runs: readonly Measured[], part: string): string {
  return middle(runs, (run) => run.cpuMsPer10k[part] ?? Number.NaN).toFixed(0);
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
