import { tableLines } from './table.ts';

/** What a figure is to reach. */
export interface Target {
  readonly name: string;
  /** Whether more is better. */
  readonly bound: 'at least' | 'at most';
  /** What must be reached. */
  readonly wanted: number;
  /** What would be reached at best; absent: nothing beyond. */
  readonly stretch?: number;
  /** The figure as a text. */
  readonly show: (value: number) => string;
  /** What was measured; `undefined` where this run has not measured it. */
  readonly value: number | undefined;
}

/** How far a target was reached. */
export type Verdict = 'not measured' | 'missed' | 'met' | 'met, and its stretch';

/** Judges what was measured. No number, such as the ratio to a run that failed, meets nothing. */
export function judge({ bound, wanted, stretch, value }: Target): Verdict {
  if (value === undefined) return 'not measured';
  const reaches = (limit: number) => (bound === 'at least' ? value >= limit : value <= limit);
  if (!reaches(wanted)) return 'missed';
  return stretch !== undefined && reaches(stretch) ? 'met, and its stretch' : 'met';
}

/** What a target's bound is, and how it is shown; `show` is {@link times} by default. */
interface Bounds {
  readonly wanted: number;
  readonly stretch?: number;
  readonly show?: (value: number) => string;
}

/** A target for what is to be large. */
export function atLeast(name: string, value: number | undefined, bounds: Bounds): Target {
  return { show: times, ...bounds, name, bound: 'at least', value };
}

/** A target for what is to be small. */
export function atMost(name: string, value: number | undefined, bounds: Bounds): Target {
  return { show: times, ...bounds, name, bound: 'at most', value };
}

/** The lines of a table of targets. */
export function targetLines(targets: readonly Target[]): string[] {
  return tableLines(['target', 'wanted', 'stretch', 'measured', ''], targets.map(rowOf));
}

function rowOf(target: Target): string[] {
  const { name, bound, wanted, stretch, show, value } = target;
  const sign = bound === 'at least' ? '≥' : '≤';
  const verdict = judge(target);
  return [
    name,
    `${sign} ${show(wanted)}`,
    stretch === undefined ? '' : `${sign} ${show(stretch)}`,
    value === undefined ? '' : show(value),
    verdict === 'missed' ? '**missed**' : verdict,
  ];
}

/** A ratio, such as `7.40×` or `0.067×`. */
export function times(value: number): string {
  return `${value.toFixed(value < 1 ? 3 : 2)}×`;
}
