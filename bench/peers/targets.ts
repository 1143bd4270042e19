import { median } from '../gate/statistics.ts';
import { type AuditResult, exactLeft } from './audit.ts';
import { audit } from './audit-limits.ts';
import type { Measured } from './measure.ts';
import type { Straight } from './straight.ts';
import type { Way } from './through-envoy.ts';

/** What was measured of one contestant, as far as a target needs it. */
export interface Figures {
  readonly perSecond: number;
  /** Processor time of the limiter for one decision. */
  readonly cpuMicros: number;
  readonly halfP99Ms: number;
  readonly audit: AuditResult;
  readonly throughEnvoy: {
    readonly perSecond: number;
    readonly cpuMicros: number;
    readonly undecided: number;
  };
}

/** One line of the table of targets. */
export interface Target {
  readonly target: string;
  readonly measured: string;
  readonly isMet: boolean;
}

/** Picks the figures of the contestant at `at`, medians of its rounds. */
export function figuresOf(
  at: number,
  parts: { straight: Straight; audits: readonly AuditResult[]; ways: readonly Way[] },
): Figures {
  const saturated = parts.straight.saturated.runs[at] ?? [];
  // The first way has no limiter.
  const way = parts.ways[at + 1]?.runs ?? [];
  const counted = parts.audits[at];
  if (!counted) throw new Error(`there is no audit of contestant ${at}`);
  return {
    perSecond: middle(saturated, (run) => run.perSecond),
    cpuMicros: limiterMicros(saturated),
    halfP99Ms: middle(parts.straight.half.runs[at] ?? [], (run) => run.p99Ms),
    audit: counted,
    throughEnvoy: {
      perSecond: middle(way, (run) => run.perSecond),
      cpuMicros: limiterMicros(way),
      // The worst round: a share that is small on average may hide a bad second.
      undecided: Math.max(...way.map((run) => run.undecided)),
    },
  };
}

/** Judges ours against the peer. */
export function judgeTargets(ours: Figures, peer: Figures): Target[] {
  const faster = ours.perSecond / peer.perSecond;
  const [front, peerFront] = [ours.throughEnvoy, peer.throughEnvoy];
  const moreRequests = front.perSecond / peerFront.perSecond;
  const cpuShare = front.cpuMicros / peerFront.cpuMicros;
  const exact = isExact(ours.audit);
  return [
    {
      target: 'decisions/s straight, against the peer: ≥ 5×',
      measured: `${faster.toFixed(1)}×`,
      isMet: faster >= 5,
    },
    {
      target: 'CPU per decision, all features on, at saturation: ≤ 10 µs',
      measured: `${ours.cpuMicros.toFixed(1)} µs (peer ${peer.cpuMicros.toFixed(1)})`,
      isMet: ours.cpuMicros <= 10,
    },
    {
      target: 'CPU per request behind Envoy, decided or not: ≤ 25 µs',
      measured: `${front.cpuMicros.toFixed(1)} µs (peer ${peerFront.cpuMicros.toFixed(1)})`,
      isMet: front.cpuMicros <= 25,
    },
    {
      target: 'requests/s through Envoy at saturation, against the peer: ≥ 1.6×',
      measured: `${moreRequests.toFixed(2)}×`,
      isMet: moreRequests >= 1.6,
    },
    {
      target: "CPU per request through Envoy: ≤ 1/5 of the peer's",
      measured: `${cpuShare.toFixed(2)} of it`,
      isMet: cpuShare <= 0.2,
    },
    {
      target: 'undecided because the answer came late, worst round: ≤ 0.1 %',
      measured: `${percent(front.undecided)} (peer ${percent(peerFront.undecided)})`,
      isMet: front.undecided <= 0.001,
    },
    {
      target: "p99 at the peer's half load: ≤ the peer's",
      measured: `${ours.halfP99Ms.toFixed(2)} ms (peer ${peer.halfP99Ms.toFixed(2)})`,
      isMet: ours.halfP99Ms <= peer.halfP99Ms,
    },
    {
      target: 'exact with one and with two limits; a refusal burns nothing',
      measured: exact ? 'exact' : 'not exact',
      isMet: exact,
    },
  ];
}

/**
 * Whether each case of the audit came out to the last call. Undecided calls are no excuse: one that
 * was charged all the same would be missing.
 */
export function isExact({ single, key, left }: AuditResult): boolean {
  return single === audit.single && key === audit.key && left === exactLeft;
}

/** The median of a figure over the rounds. */
export function middle<Run>(runs: readonly Run[], of: (run: Run) => number): number {
  return median(runs.map(of));
}

/** A share as a text in percent. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

/** Milliseconds for 10,000 are tenths of microseconds for one. */
function limiterMicros(runs: readonly Measured[]): number {
  return middle(runs, (run) => (run.cpuMsPer10k['limiter'] ?? Number.NaN) / 10);
}
