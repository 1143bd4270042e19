import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  RateLimitRequestSchema,
  RateLimitResponseSchema,
} from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import type { GrpcTransport } from '@tollgate/runtime/config';
import { withBytes } from '@tollgate/runtime/grpc';
import type { Clock } from '@tollgate/runtime/service';
import type { Caller } from '../../services/metering/src/admission/caller.ts';
import { outcomeOf } from '../../services/metering/src/admission/decide-one.ts';
import { createGroupCommit } from '../../services/metering/src/admission/group-commit.ts';
import { createLimitLists } from '../../services/metering/src/admission/limit-list.ts';
import { createUpstreamCallers } from '../../services/metering/src/gate/callers.ts';
import { rateLimitCodec } from '../../services/metering/src/gate/codec/rate-limit-codec.ts';
import { describeDecision } from '../../services/metering/src/gate/describe-decision.ts';
import {
  readQuestions,
  type UpstreamQuestion,
} from '../../services/metering/src/gate/read-question.ts';
import { admittedAnswer } from '../../services/metering/src/gate/recognised/prepared-answer.ts';
import { createRecogniser } from '../../services/metering/src/gate/recognised/recogniser.ts';
import { countersInMemory, decidedOf, policyFor } from './stand-ins.ts';

/** What a server does between a question's bytes and its answer's. */
export interface Layer {
  readonly name: string;
  readonly work: (clock: Clock) => ReturnType<typeof withBytes>;
  /** Absent: our own. */
  readonly transport?: GrpcTransport;
}

const { decode, encode } = rateLimitCodec;
const readyAnswer = encode(describeDecision({ admitted: true, states: [], degraded: false }));

/** The gate's layers, each with all those before it. After them comes the whole gate. */
export const layers: readonly Layer[] = [
  { name: 'transport alone', work: () => withBytes(() => readyAnswer) },
  {
    name: '+ recognise the question',
    work() {
      const { callerIn } = createCallers();
      return withBytes((message) => {
        callerIn(message);
        return readyAnswer;
      });
    },
  },
  {
    name: '+ patch the answer',
    work() {
      const { callerIn } = createCallers();
      return withBytes((message) => {
        const { caller } = callerIn(message);
        return admittedAnswer(caller, decidedOf(caller));
      });
    },
  },
  {
    name: '+ a turn waits together',
    work() {
      const { callerIn } = createCallers();
      const turnEnds = createTurn();
      return withBytes((message) => {
        const { caller } = callerIn(message);
        return new Promise((resolve) => {
          turnEnds(() => resolve(admittedAnswer(caller, decidedOf(caller))));
        });
      });
    },
  },
  {
    name: '+ group commit, encode batch, read reply',
    work(clock) {
      const { callerIn, counters, listOf } = createCallers();
      const decider = createGroupCommit({
        counters,
        listOf,
        clock,
        timeoutMs: 1_000,
        idsKeptMs: 1_000,
        retriedWithinMs: 1_000,
      });
      return withBytes((message) => {
        const { caller, idFrom, idLength } = callerIn(message);
        return new Promise((resolve, reject) => {
          decider.ask(
            caller,
            (decided, error) => {
              if (decided) resolve(admittedAnswer(caller, decided));
              else reject(error ?? new Error('not decided'));
            },
            message,
            idFrom,
            idLength,
          );
        });
      });
    },
  },
];

/** Libraries, and what is general, in the place of what is made for the usual question. */
export const libraries: readonly (Layer & { readonly insteadOf: string })[] = [
  {
    name: 'grpc-js',
    insteadOf: 'transport alone',
    transport: 'grpc-js',
    work: () => withBytes(() => readyAnswer),
  },
  {
    name: 'the codec decodes the question',
    insteadOf: '+ recognise the question',
    work: () =>
      withBytes((message) => {
        readQuestions(decode(message));
        return readyAnswer;
      }),
  },
  {
    name: 'protobuf-es decodes the question',
    insteadOf: '+ recognise the question',
    work: () =>
      withBytes((message) => {
        readQuestions(fromBinary(RateLimitRequestSchema, message));
        return readyAnswer;
      }),
  },
  {
    name: 'the codec writes the answer',
    insteadOf: '+ patch the answer',
    work() {
      const { callerIn } = createCallers();
      return withBytes((message) => encode(describedOf(callerIn(message).caller)));
    },
  },
  {
    name: 'protobuf-es writes the answer',
    insteadOf: '+ patch the answer',
    work() {
      const { callerIn } = createCallers();
      return withBytes((message) => {
        const answer = describedOf(callerIn(message).caller);
        return toBinary(RateLimitResponseSchema, create(RateLimitResponseSchema, answer));
      });
    },
  },
];

function describedOf(caller: Caller): ReturnType<typeof describeDecision> {
  const { states } = outcomeOf(decidedOf(caller));
  return describeDecision({ admitted: true, states, degraded: false });
}

function createCallers() {
  const counters = countersInMemory();
  const listOf = createLimitLists();
  const upstreamCaller = createUpstreamCallers({ counters, listOf });
  const recognise = createRecogniser((question: UpstreamQuestion) =>
    upstreamCaller(policyFor(question.tenantId), question),
  );
  function callerIn(message: Uint8Array) {
    const found = recognise(message);
    if (!found) throw new Error('the load asks about calls to an upstream only');
    const { known: caller, idFrom, idLength } = found;
    return { caller, idFrom, idLength };
  }
  return { callerIn, counters, listOf };
}

/** Calls back when what came in this turn of the event loop has been read. */
function createTurn(): (onEnd: () => void) => void {
  let waiting: (() => void)[] = [];
  const end = () => {
    const all = waiting;
    waiting = [];
    for (const onEnd of all) onEnd();
  };
  return (onEnd) => {
    if (waiting.length === 0) setImmediate(end);
    waiting.push(onEnd);
  };
}
