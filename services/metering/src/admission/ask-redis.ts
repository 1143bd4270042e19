import { type Breaker, type Clock, createBreaker } from '@tollgate/runtime/service';
import type { Counters } from '../counters/connect.ts';
import { type Asked, CountersUnavailable } from '../counters/counters-unavailable.ts';
import { periodAt, repeatableMs } from '../counters/domain/id-period.ts';
import type { Batch } from './batch.ts';
import { decideScript } from './decide-script.ts';
import type { Decided } from './decided.ts';
import { decodeReply } from './decode-reply.ts';
import { encodeBatch } from './encode-batch.ts';

/** What asking needs and obeys. */
export interface AskRedisOptions {
  readonly counters: Counters;
  readonly clock: Clock;
  /** From asking Redis to giving up. */
  readonly timeoutMs: number;
  /** How long ids of charged calls are remembered at least. */
  readonly idsKeptMs: number;
  /** How long before it is heard of a call may have been asked for elsewhere. */
  readonly retriedWithinMs: number;
  /** Told how many calls travelled together, of each question that Redis was sent. */
  readonly onBatch?: (size: number) => void;
}

/** Who is told what came of a batch. */
export interface BatchListener {
  /** What came of a call, by its place; or why nothing is known of it. */
  tell(batch: Batch, place: number, decided: Decided | undefined, error?: Error): void;
  /** A call must be asked again, for the window that holds this time. */
  askAgain(batch: Batch, place: number, timeUs: number): void;
  /** All of them have been told. */
  ended(batch: Batch): void;
}

/** A batch on its way. */
interface Question {
  readonly batch: Batch;
  /** The places of its calls as they are answered. */
  readonly order: number[];
  /** Places of which something has been told. */
  readonly told: Uint8Array;
  /** By the monotonic clock: after it nobody waits any more. */
  readonly untilMs: number;
  /** By the monotonic clock: until then it may be asked again, if it was asked at all. */
  repeatUntilMs: number;
  /** Whom, and when first. */
  asked: Asked | undefined;
  timer: NodeJS.Timeout | undefined;
  isOver: boolean;
  /** Redis lives in another time than thought: it is asked a second time, and no third. */
  isRepeated: boolean;
}

interface Asking extends AskRedisOptions {
  readonly breaker: Breaker;
  readonly listener: BatchListener;
}

/** Asks Redis about a batch, in one script call, and tells what came of each call. */
export function createAskRedis(
  options: AskRedisOptions,
  listener: BatchListener,
): (batch: Batch) => void {
  const breaker = createBreaker(options.clock, { failuresMax: 5, pauseMs: 200 });
  const asking = { ...options, breaker, listener };
  return (batch) => start(asking, batch);
}

function start(asking: Asking, batch: Batch): void {
  const question: Question = {
    batch,
    order: [],
    told: new Uint8Array(batch.count),
    untilMs: asking.clock.monotonicMs() + asking.timeoutMs,
    repeatUntilMs: Number.POSITIVE_INFINITY,
    asked: undefined,
    timer: undefined,
    isOver: false,
    isRepeated: false,
  };
  if (!asking.breaker.allows()) {
    giveUp(asking, question, new CountersUnavailable('Redis has not answered lately'));
    return;
  }
  // After a look at what has arrived: when it was us who were busy, timers come before answers.
  const late = () => setImmediate(() => fail(asking, question, new Error('not in time')));
  question.timer = setTimeout(late, asking.timeoutMs);
  asking.onBatch?.(batch.count);
  send(asking, question);
}

/** `nowUs` is what Redis has said just now, where it has. */
function send(asking: Asking, question: Question, saidUs?: number): void {
  const { counters, clock, idsKeptMs, retriedWithinMs, timeoutMs } = asking;
  const { batch, order } = question;
  const askedMs = clock.monotonicMs();
  const nowUs = saidUs ?? counters.nowUs();
  const deadlineUs = nowUs + (question.untilMs - askedMs) * 1_000;
  const { sha1 } = decideScript;
  try {
    counters.send(
      batch.shard,
      decideScript,
      (writer, run) => {
        if (question.isOver) return;
        question.asked ??= { run, atUs: nowUs };
        const terms = { nowUs, deadlineUs, run, idsKeptMs, retriedWithinMs };
        return encodeBatch(writer, sha1, batch, terms, order);
      },
      (error, reply) => {
        if (question.isOver) return;
        if (error) fail(asking, question, error);
        else receive(asking, question, reply, periodAt(nowUs));
      },
    );
    // Redis decides what it is asked within `timeoutMs` or not at all, by a clock that is not ours.
    const forMs = repeatableMs({ keptMs: idsKeptMs, timeoutMs });
    question.repeatUntilMs = Math.min(question.repeatUntilMs, askedMs + forMs);
  } catch (error) {
    fail(asking, question, error);
  }
}

function receive(asking: Asking, question: Question, reply: unknown, period: number): void {
  const { batch, order, told } = question;
  const { listener, counters, breaker } = asking;
  let saidUs = 0;
  try {
    const said = decodeReply(reply, batch, order, {
      period,
      listener: {
        onTime(nowUs) {
          saidUs = nowUs;
          counters.sawTime(nowUs);
        },
        onCall(place, decided) {
          told[place] = 1;
          listener.tell(batch, place, decided);
        },
        onOtherWindow(place, timeUs) {
          told[place] = 1;
          listener.askAgain(batch, place, timeUs);
        },
      },
    });
    if (said === 'otherPeriod' && !question.isRepeated) {
      question.isRepeated = true;
      send(asking, question, saidUs);
    } else if (said === 'decided') {
      breaker.succeeded();
      end(asking, question);
    } else {
      fail(asking, question, new Error('Redis was asked too late'));
    }
  } catch (error) {
    fail(asking, question, error);
  }
}

/** Redis did not do its part. */
function fail(asking: Asking, question: Question, cause: unknown): void {
  if (question.isOver) return;
  asking.breaker.failed();
  const { repeatUntilMs, asked } = question;
  const isKnown = cause instanceof CountersUnavailable && !Number.isFinite(repeatUntilMs);
  const error = isKnown
    ? cause
    : new CountersUnavailable('Redis did not answer', { cause, repeatUntilMs, asked });
  giveUp(asking, question, error);
}

function giveUp(asking: Asking, question: Question, error: CountersUnavailable): void {
  const { batch, told } = question;
  for (let place = 0; place < batch.count; place += 1) {
    if (told[place] === 0) asking.listener.tell(batch, place, undefined, error);
  }
  end(asking, question);
}

function end(asking: Asking, question: Question): void {
  question.isOver = true;
  clearTimeout(question.timer);
  asking.listener.ended(question.batch);
}
