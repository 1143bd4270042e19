/** Ids of tenants, keys and requests are numbers in these many digits, so that they can be patched. */
export const idDigits = { tenant: 6, key: 8, request: 12 } as const;

/** What is asked, in the form that each kind of server wants it. */
export type QuestionKind = 'gate' | 'ratelimit' | 'http';

/** How a load is made. */
export interface LoadPlan {
  /** Each `host:port`; connections go round them. */
  readonly addresses: readonly string[];
  readonly kind: QuestionKind;
  readonly connections: number;
  /** Questions that are open at once; with `perSecond` the most that may be. */
  readonly open: number;
  /** Asks at this rate, whatever comes back; without it, each answer is followed by a question. */
  readonly perSecond?: number;
  /** How long questions are asked; what is open then is still waited for. */
  readonly seconds: number;
  /** Ends the load earlier, after so many questions. */
  readonly questions?: number;
  /** Questions go round these tenants, and round each tenant's keys. */
  readonly tenants: NumberRange;
  readonly keysPerTenant: number;
  /** A limit of the key itself, such as `100/60`; the gate takes it from the question. */
  readonly keyLimit?: string;
  /** Name of the descriptor that the key's limit stands under; only envoyproxy/ratelimit's. */
  readonly keyEntry?: string;
  /** The same for the tenant's. */
  readonly tenantEntry?: string;
  /** Makes the ids of this run's requests its own. */
  readonly run: number;
}

/** Whole numbers from `first`, `count` of them. */
interface NumberRange {
  readonly first: number;
  readonly count: number;
}

/** What a load measured. */
export interface LoadResult {
  readonly asked: number;
  /** How often each outcome came; `ok` and `over` are decisions. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Decided questions a second. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time that asking took, in seconds: shows whether the client was the bottleneck. */
  readonly clientCpuSeconds: number;
  /** 99 % of the questions were sent no later than this after their time; 0 without `perSecond`. */
  readonly sentLateP99Ms: number;
}
