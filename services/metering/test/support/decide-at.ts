import { randomUUID } from 'node:crypto';
import { newId } from '@tollgate/runtime/database';
import { ownRedis } from '@tollgate/testkit';
import { Redis } from 'ioredis';
import { addCall, openBatch } from '../../src/admission/batch.ts';
import { type Account, accountOf, type Caller, countedCaller } from '../../src/admission/caller.ts';
import { type Outcome, outcomeOf } from '../../src/admission/decide-one.ts';
import { decodeReply } from '../../src/admission/decode-reply.ts';
import { encodeBatch } from '../../src/admission/encode-batch.ts';
import {
  createLimitLists,
  type LimitLists,
  type OwnedLimit,
} from '../../src/admission/limit-list.ts';
import type { CommandWriter } from '../../src/counters/command-writer.ts';
import { periodAt } from '../../src/counters/domain/id-period.ts';
import { monthAt } from '../../src/counters/domain/usage-window.ts';
import { type ShardNames, shardNames } from '../../src/counters/names.ts';
import { redisEndpoint } from '../../src/counters/redis-endpoint.ts';
import { openRedisLink, type RedisLink, type WriteCommand } from '../../src/counters/redis-link.ts';
import { loadScript, runScript } from '../../src/counters/script.ts';
import { type AccountClock, clockNumbers, runNumber, timeOf } from '../../src/counters/strings.ts';
import { type ChargePlace, giveBackCall } from '../../src/give-backs/give-back-call.ts';
import { restoreScript } from '../../src/snapshots/restore-tenants.ts';

/** Two seconds before a month ends, in a year in which nothing that Redis keeps expires. */
export const startUs = Date.UTC(2100, 10, 30, 23, 59, 58) * 1_000;

/** What came of a call; or its account lives in another window, for which it has to be asked again. */
export type DecidedAt = Outcome | 'otherWindow';

/** A Redis of its own whose scripts are run at chosen times. */
export interface RedisAt extends AsyncDisposable {
  readonly driver: Redis;
  readonly names: ShardNames;
  readonly listOf: LimitLists;
  /** A new account, complete at the start. */
  account(): Account;
  caller(account: Account, keyId: string, limits: readonly OwnedLimit[]): Caller;
  /** Completes an account. */
  restore(
    account: Account,
    of?: {
      used?: number;
      nowUs?: number;
      clock?: AccountClock;
      /** Where the account's window is found to end now. */
      foundEndUs?: number | undefined;
      hasLater?: boolean;
    },
  ): Promise<void>;
  /** Decides a batch. The calls of one caller must follow each other. */
  decide(
    calls: readonly { caller: Caller; requestId?: string }[],
    nowUs: number,
    options?: { isChecked?: boolean; deadlineUs?: number; saidUs?: number },
  ): Promise<readonly DecidedAt[]>;
  /** Gives back, in two steps where its place is not known; answers the code of the last. */
  giveBack(
    caller: Caller,
    requestId: string,
    of: { nowUs: number; place?: ChargePlace | undefined },
  ): Promise<number>;
}

const file = new URL('../../src/admission/decide.lua', import.meta.url);
const timeOfTest = `local now = tonumber(redis.call('GET', 'now'))\n`;
const decideAtScript = loadScript(file, timeOfTest);
const giveBackAtScript = loadScript(
  new URL('../../src/give-backs/give-back.lua', import.meta.url),
  timeOfTest,
);
const realClock: AccountClock = { kind: 'real' };

/** Starts it. */
export async function redisAt({
  idsKeptMs,
  retriedWithinMs,
}: {
  idsKeptMs: number;
  retriedWithinMs: number;
}): Promise<RedisAt> {
  const opened = new AsyncDisposableStack();
  const server = opened.use(await ownRedis());
  const driver = new Redis(server.url);
  opened.defer(() => driver.disconnect());
  const ready = Promise.withResolvers<void>();
  const link = opened.use(
    openRedisLink({
      endpoint: async () => redisEndpoint(server.url),
      name: 'test',
      onReady: ready.resolve,
      onDown: () => undefined,
    }),
  );
  await ready.promise;
  await driver.script('LOAD', decideAtScript.source);
  const run = runNumber((/run_id:(\S+)/.exec(await driver.info('server')) ?? [])[1] ?? '');
  const names = shardNames(0);
  const listOf = createLimitLists();

  const at: RedisAt = {
    driver,
    names,
    listOf,
    account: () =>
      accountOf({ tenantId: newId('ten'), environment: 'live' }, { shards: 1, nowUs: startUs }),
    caller: (account, keyId, limits) =>
      countedCaller(account, keyId, { limits, list: listOf(limits, account.window) }),
    async restore(account, options = {}) {
      const { used = 0, nowUs = startUs, clock = realClock, foundEndUs, hasLater } = options;
      const window = monthAt(timeOf(clock, nowUs));
      await runScript(
        driver,
        restoreScript,
        [names.seen(0), account.name.text],
        [
          run,
          1,
          1,
          window.id,
          window.endUs,
          used,
          ...clockNumbers(clock),
          foundEndUs ?? '',
          hasLater ? 1 : 0,
        ],
      );
    },
    async decide(calls, nowUs, options = {}) {
      const { isChecked = true, deadlineUs = nowUs, saidUs = nowUs } = options;
      await driver.set('now', nowUs);
      const batch = openBatch({ shard: 0, isChecked, askedSinceUs: saidUs - 2_000_000 });
      for (const { caller, requestId = randomUUID() } of calls) {
        const window = caller.counted?.account.window;
        if (window && caller.list.window.endUs !== window.endUs)
          caller.list = listOf(caller.limits, window);
        const id = Buffer.from(requestId);
        addCall(batch, caller, () => undefined, id, 0, id.length);
      }
      const order: number[] = [];
      const terms = { nowUs: saidUs, deadlineUs, run, idsKeptMs, retriedWithinMs };
      const raw = await send(link, (writer) =>
        encodeBatch(writer, decideAtScript.sha1, batch, terms, order),
      );
      const outcomes: DecidedAt[] = [];
      const reply = decodeReply(raw, batch, order, {
        period: periodAt(saidUs),
        listener: {
          onTime: () => undefined,
          onCall(place, decided) {
            outcomes[place] = outcomeOf(decided);
          },
          onOtherWindow(place, timeUs) {
            const { account } = calls[place]?.caller.counted ?? {};
            if (account) account.window = monthAt(timeUs);
            outcomes[place] = 'otherWindow';
          },
        },
      });
      if (reply !== 'decided') throw new Error(reply);
      return outcomes;
    },
    async giveBack({ counted }, requestId, { nowUs, place }) {
      if (!counted) throw new Error('the caller is not counted');
      const { account, keyId } = counted;
      const { tenantId, environment } = account;
      await driver.set('now', nowUs);
      const ask = async (of: ChargePlace | undefined) => {
        const call = giveBackCall({ tenantId, environment, keyId, requestId }, of, {
          nowUs,
          run,
          idsKeptMs,
          shards: 1,
        });
        return (await runScript(driver, giveBackAtScript, call.names, call.args)) as number[];
      };
      const [code = -1, slot = 0, period] = await ask(place);
      if (code !== 4) return code;
      return (await ask({ slot, period }))[0] ?? -1;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
  return at;
}

function send(link: RedisLink, write: (writer: CommandWriter) => Buffer): Promise<Buffer> {
  const command: WriteCommand = (writer) => write(writer);
  return new Promise((resolve, reject) => {
    link.send(command, (error, reply) => {
      // The reply's bytes are read over by the next one.
      if (reply) resolve(Buffer.from(reply));
      else reject(error ?? new Error('no reply'));
    });
  });
}
