import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  CheckRequestSchema,
  CheckResponseSchema,
} from '@tollgate/api/envoy/service/auth/v3/external_auth';
import {
  RateLimitRequestSchema,
  RateLimitResponseSchema,
} from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import { createCheckCodec } from '../services/auth/src/check/codec/check-codec.ts';
import { encodeCheckResponse } from '../services/auth/src/check/codec/check-response.ts';
import { rateLimitCodec } from '../services/metering/src/gate/codec/rate-limit-codec.ts';
import { describeDecision } from '../services/metering/src/gate/describe-decision.ts';
import { readQuestions } from '../services/metering/src/gate/read-question.ts';
import { browserHeaders, checkBench, checkRequest } from './decision/check-bench.ts';
import { microseconds } from './decision/measure.ts';
import { admission, admitRequest } from './decision/rate-limit-messages.ts';
import { printTable } from './gate/statistics.ts';

/**
 * What the messages of the decision path cost in protobuf-es and in the own codecs, and what Auth's
 * check costs in all: `npm run bench:codecs`, or with `-- --rounds 9`. In one process, no network.
 */
const rounds = roundsOption();
const measure = (call: () => unknown) => microseconds(call, { rounds, roundMs: 150 });
const rows: string[][] = [];

/** Puts both into a row of the table. */
async function compare(name: string, protobufEs: () => unknown, own: () => unknown): Promise<void> {
  const [reference, ours] = [await measure(protobufEs), await measure(own)];
  rows.push([name, reference.toFixed(2), ours.toFixed(2), `${(reference / ours).toFixed(1)}×`]);
}

/** Takes turns. */
function turns<T>(values: readonly T[]): () => T {
  let at = 0;
  return () => values[at++ % values.length] as T;
}

await compareRateLimit();
const auth = await checkBench({ keys: 1_000 });
await compareCheck();
printTable(['µs of CPU for each', 'protobuf-es', 'own codec', 'ratio'], rows);

async function compareRateLimit(): Promise<void> {
  const next = turns(Array.from({ length: 4_000 }, (_, at) => admitRequest(at)));
  await compare(
    'ShouldRateLimit request, nine entries',
    () => fromBinary(RateLimitRequestSchema, next()),
    () => rateLimitCodec.decode(next()),
  );
  await compare(
    'the same, to the question',
    () => readQuestions(fromBinary(RateLimitRequestSchema, next())),
    () => readQuestions(rateLimitCodec.decode(next())),
  );
  const decision = admission();
  const answer = describeDecision(decision);
  await compare(
    'ShouldRateLimit answer, two limits',
    () => toBinary(RateLimitResponseSchema, create(RateLimitResponseSchema, answer)),
    () => rateLimitCodec.encode(answer),
  );
  await compare(
    'the same, from the decision',
    () =>
      toBinary(
        RateLimitResponseSchema,
        create(RateLimitResponseSchema, describeDecision(decision)),
      ),
    () => rateLimitCodec.encode(describeDecision(decision)),
  );
}

async function compareCheck(): Promise<void> {
  const codec = createCheckCodec();
  const requests = (more: Readonly<Record<string, string>>, of: 'upstream' | 'api') =>
    turns(
      auth.secrets.map((key) =>
        checkRequest({ headers: { ...more, 'x-api-key': key }, class: of }),
      ),
    );
  for (const [name, next] of [
    ['Check request, two headers', requests({}, 'upstream')],
    ['Check request, fifteen headers', requests(browserHeaders, 'upstream')],
  ] as const) {
    await compare(
      name,
      () => fromBinary(CheckRequestSchema, next()),
      () => codec.decode(next()),
    );
  }
  for (const kind of ['upstream', 'api'] as const) {
    const next = requests({}, kind);
    const answer = await auth.check(codec.decode(next()));
    await compare(
      `Check answer, ${kind}, new`,
      () => toBinary(CheckResponseSchema, create(CheckResponseSchema, answer)),
      () => encodeCheckResponse(answer),
    );
    await compare(
      `Check in all, ${kind}, a known key`,
      async () => {
        const made = await auth.check(fromBinary(CheckRequestSchema, next()));
        return toBinary(CheckResponseSchema, create(CheckResponseSchema, made));
      },
      () => {
        const made = auth.check(codec.decode(next()));
        return made instanceof Promise ? made.then(codec.encode) : codec.encode(made);
      },
    );
    const questions = turns(Array.from({ length: 1_000 }, () => codec.decode(next())));
    const alone = await measure(() => auth.check(questions()));
    rows.push([`check alone, ${kind}, a known key`, '', alone.toFixed(2), '']);
  }
}

function roundsOption(): number {
  const at = process.argv.indexOf('--rounds');
  const rounds = at < 0 ? 5 : Number(process.argv[at + 1]);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= 50) return rounds;
  throw new Error('--rounds must be a whole number from 1 to 50');
}
