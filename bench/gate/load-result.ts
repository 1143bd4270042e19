/** What a load process measured. */
export interface LoadResult {
  readonly answered: number;
  readonly perSecond: number;
  /** How often each outcome came. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
