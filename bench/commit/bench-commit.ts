import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { newId } from '@tollgate/runtime/database';
import { serverUrls, testPlatform } from '../../packages/testkit/src/index.ts';
import {
  createGroupCommit,
  type Decider,
} from '../../services/metering/src/admission/group-commit.ts';
import type { Account } from '../../services/metering/src/admission/operation.ts';
import { openCounters } from '../../services/metering/src/counters/connect.ts';
import { keys } from '../../services/metering/src/counters/keys.ts';
import { quotaLimit, rateLimit } from '../../services/metering/src/policies/domain/limit.ts';
import { redisCpuSeconds } from '../gate/redis-cpu.ts';
import { median, printTable } from '../gate/statistics.ts';
import type { BytePlan, ByteResult } from './ask-by-byte.ts';

const concurrencies = [1, 8, 64, 256];
const inFlights = [1, 2, 4, Number.POSITIVE_INFINITY];

type Measured = ByteResult & { cpuUs: number; redisUs: number; batch: number };

/** Latency and CPU by questions open at once and by calls of Redis under way. */
export async function benchCommit(options: { seconds: number; rounds: number }): Promise<void> {
  using platform = testPlatform('metering');
  const { redisUrl } = serverUrls();
  await using counters = await openCounters({ url: redisUrl, name: 'bench' }, platform);
  const tenant = newId('ten');
  await counters.ask((redis) => redis.set(keys.epoch(tenant), `${counters.run()}|1`));
  const account = accountOf(tenant);
  let batches = 0;
  const cases = concurrencies.flatMap((concurrency) =>
    inFlights.map((inFlightMax) => ({ concurrency, inFlightMax, runs: [] as Measured[] })),
  );
  for (let round = -1; round < options.rounds; round += 1) {
    for (const { concurrency, inFlightMax, runs } of cases) {
      const decider = createGroupCommit({
        ...platform,
        counters,
        inFlightMax,
        timeoutMs: 1_000,
        recordTtlMs: 10_000,
        onBatch: () => {
          batches += 1;
        },
      });
      const redisBefore = await counters.ask(redisCpuSeconds);
      const before = process.cpuUsage();
      batches = 0;
      const result = await askedByBytes(decider, account, {
        concurrency,
        seconds: options.seconds,
      });
      const { user, system } = process.cpuUsage(before);
      const redisSeconds = (await counters.ask(redisCpuSeconds)) - redisBefore;
      const { answered } = result;
      const cpuUs = (user + system) / answered;
      const measured = {
        cpuUs,
        redisUs: (redisSeconds * 1e6) / answered,
        batch: answered / batches,
      };
      // The first round is for the compiler.
      if (round >= 0) runs.push({ ...result, ...measured });
    }
  }
  print(cases);
}

function accountOf(tenant: string): Account {
  const rate = rateLimit({ limitId: 'rate', requests: 1_000_000_000, windowSeconds: 60 });
  return {
    tenant,
    environment: 'live',
    keyId: 'key_a',
    limits: [
      { limit: rate, key: keys.rate(tenant, 'live', 'rate', rate) },
      { limit: quotaLimit('quota', 1_000_000_000), key: '' },
    ],
  };
}

let asked = 0;

/** Answers bytes by decisions; the answers of a turn leave together. */
async function askedByBytes(
  decider: Decider,
  account: Account,
  plan: Omit<BytePlan, 'port'>,
): Promise<ByteResult> {
  const server = createServer({ noDelay: true }, (socket) => {
    let ready = 0;
    const answer = () => {
      if (ready === 0) setImmediate(flush);
      ready += 1;
    };
    const flush = () => {
      socket.write(Buffer.alloc(ready));
      ready = 0;
    };
    socket.on('error', () => undefined);
    socket.on('data', (questions) => {
      for (let at = 0; at < questions.length; at += 1) {
        const requestId = `r${asked++}`;
        decider.decide({ kind: 'admit', account, requestId }).then(answer, () => socket.destroy());
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const child = fork(new URL('./ask-by-byte.ts', import.meta.url));
  child.send({ ...plan, port: (server.address() as AddressInfo).port });
  const [result] = await once(child, 'message');
  server.close();
  await once(child, 'exit');
  return result as ByteResult;
}

function print(
  cases: readonly { concurrency: number; inFlightMax: number; runs: readonly Measured[] }[],
): void {
  const head = [
    'open',
    'calls under way',
    'CPU us',
    'Redis CPU us',
    'in a call',
    'p50 us',
    'p99 us',
  ];
  printTable(
    head,
    cases.map(({ concurrency, inFlightMax, runs }) => {
      const middle = (of: (run: Measured) => number) => median(runs.map(of));
      return [
        String(concurrency),
        String(inFlightMax),
        middle((run) => run.cpuUs).toFixed(1),
        middle((run) => run.redisUs).toFixed(1),
        middle((run) => run.batch).toFixed(1),
        middle((run) => run.p50Us).toFixed(0),
        middle((run) => run.p99Us).toFixed(0),
      ];
    }),
  );
}
