import type { TenantId } from '@tollgate/api';
import { environments } from '@tollgate/api/words';
import type { Log } from '@tollgate/runtime/service';
import type { Counters } from '../counters/connect.ts';
import { slotOfIndex } from '../counters/domain/slot.ts';
import { accountName, hourAt, readCounterName, shardNames, shardOf } from '../counters/names.ts';
import { loadScript, redisTime } from '../counters/script.ts';
import { type AccountState, countedBytes, readAccount, readCounter } from '../counters/strings.ts';
import type { UsageCounter } from '../usage/usage-store.ts';

/** Counters that Postgres may not know yet: of a page as they were at one moment. */
export interface ChangedCounters {
  readonly shard: number;
  /** When the last of them were read, by the clock of Redis, in microseconds since 1970. */
  readonly readUs: number;
  /** As Redis names and holds each of them. */
  readonly read: readonly { readonly name: string; readonly bytes: Buffer }[];
  readonly counters: readonly ChangedCounter[];
}

/** One of them, with the account that it belongs to; undefined when Redis has lost that. */
export interface ChangedCounter extends UsageCounter {
  /** As Redis names it. */
  readonly name: string;
  readonly account: AccountState | undefined;
}

const readChangedScript = loadScript(new URL('read-changed.lua', import.meta.url), redisTime);
const forgetRefusedScript = loadScript(new URL('forget-refused.lua', import.meta.url));
const markSavedScript = loadScript(new URL('mark-saved.lua', import.meta.url));

/** Counters that are read in one step, so that nobody waits long for Redis meanwhile. */
const pageSize = 500;

/** Where names begin and end, in Redis' words. */
interface Bounds {
  readonly from: string;
  readonly to: string;
}

/** Reads a tenant's changed counters, page by page; nothing is forgotten by reading. */
export async function* readChangedOf(
  counters: Counters,
  tenantId: TenantId,
  log: Log,
): AsyncGenerator<ChangedCounters> {
  for (const environment of environments) {
    const account = accountName(tenantId, environment);
    const shard = shardOf(account, counters.shards);
    const name = shardNames(shard).account(account);
    yield* readPages(counters, shard, changedOf(name), log);
  }
}

/** What begins with the account's name and a colon; the next character ends it. */
function changedOf(accountInRedis: string): Bounds {
  return { from: `[${accountInRedis}:`, to: `(${accountInRedis};` };
}

/** Reads everybody's changed counters, page by page. */
export async function* readAllChanged(
  counters: Counters,
  log: Log,
): AsyncGenerator<ChangedCounters> {
  for (let shard = 0; shard < counters.shards; shard += 1) {
    yield* readPages(counters, shard, { from: '-', to: '+' }, log);
  }
}

async function* readPages(
  counters: Counters,
  shard: number,
  { from, to }: Bounds,
  log: Log,
): AsyncGenerator<ChangedCounters> {
  const set = shardNames(shard).changed;
  let next: string | undefined = from;
  while (next !== undefined) {
    // The script answers nothing else.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const [names, counted, accounts, readUs] = (await counters.scriptBytes(
      readChangedScript,
      [set],
      [next, to, pageSize],
    )) as [Buffer[], (Buffer | null)[], (Buffer | null)[], number];
    const texts = names.map(String);
    next = names.length < pageSize ? undefined : `(${texts.at(-1)}`;
    if (names.length > 0) yield pageOf({ shard, readUs, texts, counted, accounts, log });
  }
}

function pageOf({
  shard,
  readUs,
  texts,
  counted,
  accounts,
  log,
}: {
  shard: number;
  readUs: number;
  texts: readonly string[];
  counted: readonly (Buffer | null)[];
  accounts: readonly (Buffer | null)[];
  log: Log;
}): ChangedCounters {
  const read: { name: string; bytes: Buffer }[] = [];
  const found: ChangedCounter[] = [];
  texts.forEach((name, at) => {
    const bytes = counted[at] ?? Buffer.alloc(0);
    const counter = counterOf(name, bytes, accounts[at] ?? undefined);
    if (counter === 'unreadable') {
      log.error({ name }, 'a counter cannot be read and stays marked');
      return;
    }
    read.push({ name, bytes });
    if (counter) found.push(counter);
  });
  return { shard, readUs, read, counters: found };
}

/** Undefined where nothing is counted any more. */
function counterOf(
  text: string,
  bytes: Buffer,
  account: Buffer | undefined,
): ChangedCounter | 'unreadable' | undefined {
  const name = readCounterName(text);
  if (!name) return 'unreadable';
  if (bytes.length === 0) return undefined;
  const { tenantId, environment, keyId } = name;
  const isOver = name.slot !== undefined;
  if (bytes.length !== (isOver ? countedBytes - 4 : countedBytes)) return 'unreadable';
  const { admitted, givenBack } = readCounter(isOver ? bytes : bytes.subarray(4));
  try {
    return {
      name: text,
      tenantId,
      environment,
      keyId,
      slot: slotOfIndex(name.slot ?? bytes.readUInt32LE(0)),
      admitted: BigInt(admitted),
      givenBack: BigInt(givenBack),
      account: account && readAccount(account),
    };
  } catch (error) {
    if (error instanceof RangeError) return 'unreadable';
    throw error;
  }
}

/** Forgets of saved counters that they had changed, unless they have moved since they were read. */
export async function markSaved(
  counters: Counters,
  shard: number,
  saved: ChangedCounters['read'],
): Promise<void> {
  if (saved.length === 0) return;
  const names = shardNames(shard);
  await counters.script(
    markSavedScript,
    [names.changed, names.seen(hourAt(counters.nowUs())), ...saved.map(({ name }) => name)],
    saved.map(({ bytes }) => bytes),
  );
}

/**
 * Forgets an account's counters that were read and refused, if it is still of the run of Redis and the
 * epoch that it was found with.
 */
export async function forgetRefused(
  counters: Counters,
  of: { shard: number; account: string; run: number; epoch: number },
): Promise<void> {
  const names = shardNames(of.shard);
  const name = names.account(of.account);
  const { from, to } = changedOf(name);
  let forgotten: unknown;
  do {
    forgotten = await counters.script(
      forgetRefusedScript,
      [names.changed, name],
      [of.run, of.epoch, from, to, pageSize],
    );
  } while (forgotten === pageSize);
}
