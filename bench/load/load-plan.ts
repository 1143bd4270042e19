import type { Distribution } from './key-order.ts';

/** Ids of tenants, keys and requests are numbers in these many digits, so that they can be patched. */
export const idDigits = { tenant: 6, key: 8, request: 12 } as const;

/** How a load is made. */
export interface LoadPlan {
  /** Each `host:port`; connections go round them. */
  readonly addresses: readonly string[];
  /** What is asked, in the form that each kind of server wants it. */
  readonly question: Question;
  readonly connections: number;
  /** Questions that are open at once; with `perSecond` the most that may be. */
  readonly open: number;
  /** Asks at this rate, whatever comes back; without it, each answer is followed by a question. */
  readonly perSecond?: number;
  /** How long questions are asked; what is open then is still waited for. */
  readonly seconds: number;
  /** Ends the load earlier, after so many questions. */
  readonly questions?: number;
  readonly keys: KeySpace;
  readonly distribution: Distribution;
  /** Makes the ids of this run's requests its own. */
  readonly run: number;
}

/** Whose calls are asked about. Ranks of keys go round the tenants, so that each has a few of all. */
export interface KeySpace {
  readonly firstTenant: number;
  readonly tenants: number;
  readonly keysPerTenant: number;
}

/** What is asked. */
export type Question =
  /** Tollgate's gate, in the deployed descriptors; `keyLimit` such as `100/60`, or `none`. */
  | { readonly kind: 'gate'; readonly keyLimit: string }
  /** envoyproxy/ratelimit: a descriptor for each limit. */
  | { readonly kind: 'ratelimit'; readonly descriptors: readonly PeerDescriptor[] }
  /** A gateway, by `GET path`. Without `headers` they say tenant and key. */
  | {
      readonly kind: 'http';
      readonly path: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** A limit of envoyproxy/ratelimit: the name of its descriptor, and whose id is its value. */
interface PeerDescriptor {
  readonly name: string;
  readonly of: 'key' | 'tenant';
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
