import { type Clock, createBreaker } from '@tollgate/runtime/service';
import type { Counters } from '../counters/connect.ts';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import { slotAt } from '../counters/domain/slot.ts';
import { admitScript } from './admit-script.ts';
import { decodeReply } from './decode-reply.ts';
import { encodeBatch } from './encode-batch.ts';
import { ChargeForgotten, type Operation, type Outcome } from './operation.ts';

/** Decides operations; those asked in one turn of the event loop travel in one script call. */
export interface Decider {
  /**
   * @throws CountersUnavailable when Redis does not answer in time. Then nothing is charged later
   *   either, unless Redis had decided before the deadline and only its answer was lost: the error
   *   tells whether that can be.
   * @throws ChargeForgotten for a charge whose time is over.
   */
  decide(operation: Operation): Promise<Outcome>;
}

/** What deciding needs and obeys. */
export interface GroupCommitOptions {
  readonly counters: Counters;
  readonly clock: Clock;
  /** From asking Redis to giving up. */
  readonly timeoutMs: number;
  readonly recordTtlMs: number;
  /** Calls of Redis under way at once before others collect; absent: {@link inFlightMax}. */
  readonly inFlightMax?: number;
  /** Told how many operations travelled together, of each call that Redis was sent. */
  readonly onBatch?: (size: number) => void;
}

/** With 15 limits each they have 20 names each, in all fewer than the 8,000 that Lua can unpack. */
const batchMax = 256;
/** Operations that may wait at once; beyond it callers hear at once that there is no room. */
const waitingMax = 20_000;
/**
 * While Redis decides one batch, the next one is on its way; see docs/adr. Where others begin to
 * collect, and no upper bound: a turn's batches leave together, and nothing collects for long.
 */
const inFlightMax = 2;
/** Collecting ends after this long, answers or not: a Redis that stalls must not be asked late. */
const collectMsMax = 2;
/** By which our clock and Redis' may differ in measuring how long a request is remembered. */
const clockErrorPercent = 1;

interface Waiting {
  readonly operation: Operation;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One script call per event-loop turn, whatever the number of callers. While enough calls are under
 * way, what is asked collects until one of them is answered: the busier Redis is, the more of them
 * share a call. Whoever asks alone is sent in the turn in which he asks.
 */
export function createGroupCommit(options: GroupCommitOptions): Decider {
  const breaker = createBreaker(options.clock, { failuresMax: 5, pauseMs: 200 });
  const inFlightLimit = options.inFlightMax ?? inFlightMax;
  let turn: Waiting[] = [];
  let waiting = 0;
  let inFlight = 0;
  let isScheduled = false;
  let collecting: NodeJS.Timeout | undefined;

  /** After the poll phase: by then everything that has arrived in this turn has been read. */
  function schedule(): void {
    if (isScheduled) return;
    if (inFlight < inFlightLimit) {
      isScheduled = true;
      setImmediate(flush);
    } else {
      collecting ??= setTimeout(flush, collectMsMax);
    }
  }
  function flush(): void {
    isScheduled = false;
    clearTimeout(collecting);
    collecting = undefined;
    const batch = turn;
    turn = [];
    for (let at = 0; at < batch.length; at += batchMax) {
      void settle(batch.length > batchMax ? batch.slice(at, at + batchMax) : batch);
    }
  }
  async function settle(asked: readonly Waiting[]): Promise<void> {
    inFlight += 1;
    const batch = rejectLate(asked, options.clock.monotonicMs());
    try {
      if (batch.length === 0) return;
      answer(batch, await guarded(() => decideBatch(batch, options)));
    } catch (error) {
      const failure = unavailable(error);
      for (const { reject } of batch) reject(failure);
    } finally {
      inFlight -= 1;
      waiting -= asked.length;
      if (turn.length > 0) schedule();
    }
  }
  async function guarded<T>(ask: () => Promise<T>): Promise<T> {
    if (!breaker.allows()) throw new CountersUnavailable('Redis has not answered lately');
    try {
      const answer = await ask();
      breaker.succeeded();
      return answer;
    } catch (error) {
      breaker.failed();
      throw error;
    }
  }

  return {
    decide(operation) {
      if (waiting >= waitingMax) {
        return Promise.reject(new CountersUnavailable('too many decisions are waiting'));
      }
      waiting += 1;
      schedule();
      return new Promise((resolve, reject) => turn.push({ operation, resolve, reject }));
    },
  };
}

function answer(batch: readonly Waiting[], outcomes: readonly Outcome[]): void {
  batch.forEach(({ resolve, reject }, at) => {
    const outcome = outcomes[at];
    if (outcome) resolve(outcome);
    else reject(new Error('the script did not say what came of it'));
  });
}

/** Answers those that may still be asked: most often all. */
function rejectLate(asked: readonly Waiting[], nowMs: number): readonly Waiting[] {
  const isLate = ({ operation }: Waiting) =>
    operation.kind === 'charge' && operation.untilMs <= nowMs;
  if (!asked.some(isLate)) return asked;
  for (const { operation, reject } of asked.filter(isLate)) {
    reject(new ChargeForgotten(`the call ${operation.requestId} may have been charged`));
  }
  return asked.filter((waiting) => !isLate(waiting));
}

/** Decides a batch in one script call, at most two when Redis lives in another slot than thought. */
async function decideBatch(
  batch: readonly Waiting[],
  options: GroupCommitOptions,
): Promise<readonly Outcome[]> {
  const { counters, clock, timeoutMs, recordTtlMs } = options;
  const operations = batch.map(({ operation }) => operation);
  const untilMs = clock.monotonicMs() + timeoutMs;
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const askedMs = clock.monotonicMs();
    const leftMs = untilMs - askedMs;
    if (leftMs <= 0) break;
    const nowUs = counters.nowUs();
    const slot = slotAt(nowUs);
    const deadlineUs = nowUs + leftMs * 1_000;
    const terms = { slot, deadlineUs, run: counters.run(), recordTtlMs };
    const encoded = encodeBatch(operations, terms);
    try {
      const asking = counters.batch(admitScript, encoded);
      options.onBatch?.(batch.length);
      const reply = decodeReply(await within(leftMs, asking), operations, slot);
      counters.sawTime(reply.nowUs);
      if (reply.kind === 'decided') return reply.outcomes;
    } catch (cause) {
      const repeatUntilMs = askedMs + repeatableMs(options);
      throw new CountersUnavailable('Redis did not answer', { cause, repeatUntilMs });
    }
  }
  throw new CountersUnavailable('Redis was asked too late');
}

/** Redis decides a repetition within `timeoutMs` or not at all, by a clock that is not ours. */
function repeatableMs({ recordTtlMs, timeoutMs }: GroupCommitOptions): number {
  return recordTtlMs * (1 - clockErrorPercent / 100) - timeoutMs;
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error('not in time'));
    // After a look at what has arrived: when it was us who were busy, timers come before answers.
    const timer = setTimeout(() => setImmediate(giveUp), ms);
    work.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

function unavailable(error: unknown): Error {
  if (error instanceof CountersUnavailable) return error;
  return new CountersUnavailable('Redis failed', { cause: error });
}
