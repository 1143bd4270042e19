import type { TenantId } from '@tollgate/api';
import { type Environment, environments } from '@tollgate/api/words';
import type { Database, Rows } from '@tollgate/runtime/database';
import type { Log } from '@tollgate/runtime/service';
import type { Counters } from '../counters/connect.ts';
import { CountersUnavailable } from '../counters/counters-unavailable.ts';
import { msPerSlot, slotAt } from '../counters/domain/slot.ts';
import { monthAt, type UsageWindow } from '../counters/domain/usage-window.ts';
import { accountName, hourAt, shardNames, shardOf } from '../counters/names.ts';
import { loadScript } from '../counters/script.ts';
import {
  type AccountClock,
  type AccountState,
  clockNumbers,
  readAccount,
  timeOf,
} from '../counters/strings.ts';
import { findCountersSince, sumUsageOfAll, type UsageCounter } from '../usage/usage-store.ts';
import { beginEpochs, findEpochs } from './epoch-store.ts';
import { unsavedInOldLayout } from './old-layout.ts';
import { putCounter } from './put-counter.ts';
import { forgetRefused } from './read-changed.ts';
import type { Saver } from './save-counters.ts';

/** What restoring works with. */
export interface RestoreParts {
  readonly database: Database;
  readonly counters: Counters;
  readonly saver: Saver;
  readonly log: Log;
}

/** A tenant's account in one environment, as it is found and as it has to be. */
interface Found {
  readonly tenantId: TenantId;
  readonly environment: Environment;
  /** What stands in Redis, of whichever run. */
  readonly state: AccountState | undefined;
  readonly clock: AccountClock;
  /** By the account's clock, in microseconds since 1970. */
  readonly timeUs: number;
  readonly window: UsageWindow;
}

/** Gives accounts their counters back: see the script. */
export const restoreScript = loadScript(new URL('restore.lua', import.meta.url));

/** Others may restore the same tenants at the same time; each round somebody gets through. */
const attemptsMax = 5;
/** Credentials that are put back in one call, so that nobody waits long for Redis meanwhile. */
const credentialsPerCall = 1_000;

/**
 * Restores by epochs. Each step may be the last one of a process, and the next one to come begins
 * anew: 1. new epochs are committed, so that snapshots of the old counters are refused; 2. under the
 * locks of those epochs, saved usage becomes the counters in Redis, unless somebody was faster.
 *
 * @throws CountersUnavailable when Redis does not do its part, Error when Postgres does not.
 */
export async function restoreTenants(
  parts: RestoreParts,
  tenantIds: readonly TenantId[],
): Promise<void> {
  const { database, counters, saver, log } = parts;
  let left = tenantIds;
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const run = counters.run();
    const found = await findAccounts(counters, left);
    const newest = await database.system((rows) => findEpochs(rows, left));
    const incomplete = found.filter((account) => !isComplete(account, run, newest));
    left = [...new Set(incomplete.map(({ tenantId }) => tenantId))];
    if (left.length === 0) return;
    // What Redis still has, of this run or another, and Postgres does not know, is saved first.
    const known = incomplete.filter(({ state }) => state).map(({ tenantId }) => tenantId);
    const unsaved = new Set([...known, ...(await unsavedInOldLayout(counters, left))]);
    const { outdated } = await saver.saveTenants([...unsaved]);
    const begun = await database.system((rows) => beginEpochs(rows, epochsSeen(left, incomplete)));
    const restored = await database.system(async (rows) => {
      const locked = await findEpochs(rows, left, { lock: 'update' });
      const mine = left.filter((tenantId) => locked.get(tenantId) === begun.get(tenantId));
      const accounts = found.filter(({ tenantId }) => mine.includes(tenantId));
      for (const { tenantId, environment, state } of accounts) {
        const known = newest.get(tenantId) ?? 0n;
        // Of this run another gate may go on; what is newer than Postgres is all that there is.
        if (!outdated.includes(tenantId) || !state || state.run === run) continue;
        if (BigInt(state.epoch) >= known) continue;
        const account = accountName(tenantId, environment);
        const shard = shardOf(account, counters.shards);
        await forgetRefused(counters, { shard, account, run: state.run, epoch: state.epoch });
      }
      if (mine.length > 0) await putBack(rows, counters, { run, accounts, epochs: begun });
      return mine;
    });
    for (const tenantId of restored) {
      log.info({ tenantId, epoch: Number(begun.get(tenantId)), attempt }, 'counters restored');
    }
    left = left.filter((tenantId) => !restored.includes(tenantId));
    if (left.length === 0) return;
  }
  throw new CountersUnavailable('counters could not be restored');
}

async function findAccounts(counters: Counters, tenantIds: readonly TenantId[]): Promise<Found[]> {
  const nowUs = counters.nowUs();
  const places = tenantIds.flatMap((tenantId) =>
    environments.map((environment) => ({ tenantId, environment })),
  );
  // One by one: they are spread over the shards.
  const stored = await counters.ask((redis) =>
    Promise.all(places.map((place) => redis.getBuffer(nameIn(counters, place)))),
  );
  return places.map((place, at) => {
    const bytes = stored[at];
    const state = bytes ? readAccount(bytes) : undefined;
    const clock = state?.clock ?? { kind: 'real' };
    const timeUs = timeOf(clock, nowUs);
    return { ...place, state, clock, timeUs, window: monthAt(timeUs) };
  });
}

function nameIn(
  { shards }: Counters,
  { tenantId, environment }: { tenantId: TenantId; environment: Environment },
): string {
  const account = accountName(tenantId, environment);
  return shardNames(shardOf(account, shards)).account(account);
}

/** Stands where Postgres has usage of later windows: the next one does not begin by itself. */
const laterWindowsId = 2;

function isComplete(
  { tenantId, state, window }: Found,
  run: number,
  newest: ReadonlyMap<TenantId, bigint>,
): boolean {
  if (state?.run !== run || BigInt(state.epoch) !== newest.get(tenantId)) return false;
  // Of a window that is over the next one begins by itself; of a later one the clock was set back.
  const [first, ...others] = state.windows;
  if (first?.endUs !== window.endUs && others.some(({ id }) => id === laterWindowsId)) return false;
  return first?.id === window.id && (first.endUs === window.endUs || first.endUs <= window.startUs);
}

function epochsSeen(
  tenantIds: readonly TenantId[],
  accounts: readonly Found[],
): Map<TenantId, number> {
  const seen = new Map(tenantIds.map((tenantId) => [tenantId, 0]));
  for (const { tenantId, state } of accounts) {
    seen.set(tenantId, Math.max(seen.get(tenantId) ?? 0, state?.epoch ?? 0));
  }
  return seen;
}

/** Puts the present windows, and the present slots in detail, from Postgres into Redis. */
async function putBack(
  rows: Rows,
  counters: Counters,
  of: { run: number; accounts: readonly Found[]; epochs: ReadonlyMap<TenantId, bigint> },
): Promise<void> {
  const { run, accounts, epochs } = of;
  const used = await usedInWindows(rows, accounts);
  const saved = await savedInSlots(rows, accounts);
  if (counters.run() !== run) throw new CountersUnavailable('Redis was restarted meanwhile');
  for (const account of accounts) {
    const name = accountName(account.tenantId, account.environment);
    const own = saved.get(name) ?? [];
    const present = slotAt(account.timeUs).index;
    for (const counter of own) {
      if (counter.slot.index > present) await putCounter(counters, counter);
    }
    await putAccount(counters, account, {
      run,
      epoch: Number(epochs.get(account.tenantId)),
      used: Math.max(0, Number(used.get(name) ?? 0n)),
      credentials: own.filter(({ slot }) => slot.index === present),
      hasLater: own.some(({ slot }) => slot.index * msPerSlot * 1_000 >= account.window.endUs),
    });
  }
}

async function usedInWindows(rows: Rows, accounts: readonly Found[]): Promise<Map<string, bigint>> {
  const used = new Map<string, bigint>();
  for (const [, same] of Map.groupBy(accounts, ({ window }) => window.startUs)) {
    const window = same[0]?.window;
    if (!window) continue;
    const span = { start: instantOf(window.startUs), end: instantOf(window.endUs) };
    const sums = await sumUsageOfAll(
      rows,
      same.map(({ tenantId }) => tenantId),
      span,
    );
    const asked = new Set(same.map((it) => accountName(it.tenantId, it.environment)));
    for (const sum of sums) {
      const name = accountName(sum.tenantId, sum.environment);
      if (asked.has(name)) used.set(name, sum.used);
    }
  }
  return used;
}

/** By account, what Postgres has of its present slot and, where a clock was ahead, of later ones. */
async function savedInSlots(
  rows: Rows,
  accounts: readonly Found[],
): Promise<Map<string, UsageCounter[]>> {
  const earliest = Math.min(...accounts.map(({ timeUs }) => timeUs));
  const tenantIds = [...new Set(accounts.map(({ tenantId }) => tenantId))];
  const saved = await findCountersSince(rows, tenantIds, slotAt(earliest));
  return Map.groupBy(saved, ({ tenantId, environment }) => accountName(tenantId, environment));
}

async function putAccount(
  counters: Counters,
  { tenantId, environment, clock, window, state }: Found,
  of: {
    run: number;
    epoch: number;
    used: number;
    credentials: readonly UsageCounter[];
    hasLater: boolean;
  },
): Promise<void> {
  const account = accountName(tenantId, environment);
  const names = shardNames(shardOf(account, counters.shards));
  const head = [of.epoch, window.id, window.endUs, of.used];
  // The account last, and only then complete.
  for (let at = 0; at === 0 || at < of.credentials.length; at += credentialsPerCall) {
    const some = of.credentials.slice(at, at + credentialsPerCall);
    const isLast = at + credentialsPerCall >= of.credentials.length ? 1 : 0;
    await counters.script(
      restoreScript,
      [
        names.seen(hourAt(counters.nowUs())),
        names.account(account),
        ...some.map(({ keyId }) => names.credential(account, keyId)),
      ],
      [
        of.run,
        isLast,
        ...head,
        ...clockNumbers(clock),
        state?.run === of.run ? (state.windows[0]?.endUs ?? '') : '',
        of.hasLater ? 1 : 0,
        ...some.flatMap(({ slot, admitted, givenBack }) => [
          slot.index,
          String(admitted),
          String(givenBack),
        ]),
      ],
    );
  }
}

function instantOf(us: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(us / 1_000);
}
