import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  RateLimitRequestSchema,
  RateLimitResponseSchema,
} from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import type { GrpcTransport } from '@tollgate/runtime/config';
import { withCodec } from '@tollgate/runtime/grpc';
import type { Clock } from '@tollgate/runtime/service';
import { createGroupCommit } from '../../services/metering/src/admission/group-commit.ts';
import type { Account } from '../../services/metering/src/admission/operation.ts';
import { createUpstreamAccounts } from '../../services/metering/src/gate/accounts.ts';
import { rateLimitCodec } from '../../services/metering/src/gate/codec/rate-limit-codec.ts';
import { describeDecision } from '../../services/metering/src/gate/describe-decision.ts';
import {
  type RateLimitQuestion,
  readQuestions,
  type UpstreamQuestion,
} from '../../services/metering/src/gate/read-question.ts';
import { admission, countersInMemory, policyFor } from './stand-ins.ts';

/** What a server does between a question's bytes and its answer's. */
export interface Layer {
  readonly name: string;
  readonly work: (clock: Clock) => ReturnType<typeof withCodec>;
  /** Absent: our own. */
  readonly transport?: GrpcTransport;
}

const { decode, encode } = rateLimitCodec;
const readyAnswer = encode(describeDecision(admission));
const asItIs = (bytes: Uint8Array) => bytes;

/** The gate's layers, each with all those before it. After them comes the whole gate. */
export const layers: readonly Layer[] = [
  {
    name: 'transport alone',
    work: () => withCodec({ decode: asItIs, encode: asItIs }, () => readyAnswer),
  },
  {
    name: '+ decode',
    work: () =>
      withCodec({ decode, encode: asItIs }, (question) => {
        upstreamQuestion(question);
        return readyAnswer;
      }),
  },
  {
    name: '+ account, describe, encode answer',
    work() {
      const accountOf = createAccounts();
      return withCodec(rateLimitCodec, (question) => {
        accountOf(upstreamQuestion(question));
        return describeDecision(admission);
      });
    },
  },
  {
    name: '+ a turn waits together',
    work() {
      const accountOf = createAccounts();
      const turnEnds = createTurn();
      return withCodec(rateLimitCodec, (question) => {
        accountOf(upstreamQuestion(question));
        return turnEnds().then(() => describeDecision(admission));
      });
    },
  },
  {
    name: '+ group commit, encode batch, read reply',
    work(clock) {
      const accountOf = createAccounts();
      const counters = countersInMemory();
      const decider = createGroupCommit({ counters, clock, timeoutMs: 1_000, recordTtlMs: 1_000 });
      return withCodec(rateLimitCodec, async (request) => {
        const question = upstreamQuestion(request);
        const { requestId } = question;
        const account = accountOf(question);
        const { states } = await decider.decide({ kind: 'admit', account, requestId });
        return describeDecision({ ...admission, states });
      });
    },
  },
];

/** Libraries in the place of what is our own, by the layer that they would change. */
export const libraries: readonly (Layer & { readonly insteadOf: string })[] = [
  {
    name: 'grpc-js',
    insteadOf: 'transport alone',
    transport: 'grpc-js',
    work: () => withCodec({ decode: asItIs, encode: asItIs }, () => readyAnswer),
  },
  {
    name: 'protobuf-es reads the question',
    insteadOf: '+ decode',
    work: () =>
      withCodec(
        { decode: (bytes) => fromBinary(RateLimitRequestSchema, bytes), encode: asItIs },
        (question) => {
          upstreamQuestion(question);
          return readyAnswer;
        },
      ),
  },
  {
    name: 'protobuf-es writes the answer',
    insteadOf: '+ account, describe, encode answer',
    work() {
      const accountOf = createAccounts();
      const encodeByLibrary = (answer: ReturnType<typeof describeDecision>) =>
        toBinary(RateLimitResponseSchema, create(RateLimitResponseSchema, answer));
      return withCodec({ decode, encode: encodeByLibrary }, (question) => {
        accountOf(upstreamQuestion(question));
        return describeDecision(admission);
      });
    },
  },
];

function upstreamQuestion(request: RateLimitQuestion): UpstreamQuestion {
  const [question] = readQuestions(request);
  if (question?.kind === 'upstream') return question;
  throw new Error('the load asks about calls to an upstream only');
}

function createAccounts(): (question: UpstreamQuestion) => Account {
  const accounts = createUpstreamAccounts();
  return (question) => accounts(policyFor(question.tenantId), question);
}

/** Answers a promise that is kept when what came in this turn of the event loop has been read. */
function createTurn(): () => Promise<void> {
  let waiting: (() => void)[] = [];
  const end = () => {
    const all = waiting;
    waiting = [];
    for (const resolve of all) resolve();
  };
  return () => {
    if (waiting.length === 0) setImmediate(end);
    return new Promise((resolve) => waiting.push(resolve));
  };
}
