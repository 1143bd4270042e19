import type { TenantId } from '@tollgate/api';
import type { Environment } from '@tollgate/api/words';
import { idInSets } from '../admission/packed-id.ts';
import {
  idsExpiryMs,
  periodAt,
  periodUs,
  voidPeriodAt,
  voidPeriodUs,
} from '../counters/domain/id-period.ts';
import { msPerSlot } from '../counters/domain/slot.ts';
import { monthAt } from '../counters/domain/usage-window.ts';
import { accountName, shardNames, shardOf } from '../counters/names.ts';
import { loadScript, redisTime } from '../counters/script.ts';

/** Takes back a charge: see the script. */
export const giveBackScript = loadScript(new URL('give-back.lua', import.meta.url), redisTime);

/** A call whose charge is to be given back. */
export interface ChargedCall {
  readonly tenantId: TenantId;
  readonly environment: Environment;
  readonly keyId: string;
  readonly requestId: string;
}

/** Where a call was counted: the slot's index, and the period of its id if that is known. */
export interface ChargePlace {
  readonly slot: number;
  readonly period?: number | undefined;
}

/** Names and arguments of the script; without a place it only looks for it. */
export function giveBackCall(
  { tenantId, environment, keyId, requestId }: ChargedCall,
  place: ChargePlace | undefined,
  of: { nowUs: number; run: number; idsKeptMs: number; shards: number },
): { names: string[]; args: (string | Buffer)[] } {
  const { nowUs, run, idsKeptMs, shards } = of;
  const account = accountName(tenantId, environment);
  const names = shardNames(shardOf(account, shards));
  const voidPeriod = voidPeriodAt(nowUs);
  const sets = periodsToLookIn(place, nowUs, idsKeptMs);
  const window = place && monthAt(place.slot * msPerSlot * 1_000);
  const lastPeriod = (voidPeriod + 1) * (voidPeriodUs / periodUs) - 1;
  return {
    names: [
      names.changed,
      ...[0, 1, 2].map((before) => names.void(voidPeriod - before)),
      names.credential(account, keyId),
      names.account(account),
      ...sets.map(names.ids),
    ],
    args: [
      idInSets(requestId),
      String(run),
      String(idsExpiryMs(lastPeriod, idsKeptMs)),
      place ? String(place.slot) : '',
      String(window?.id ?? ''),
      String(window?.endUs ?? ''),
      place && sets.length === 0 ? '1' : '0',
      String(nowUs),
      ...sets.map(String),
    ],
  };
}

/** Of a known period its set, while there can be one; else all that there can be, newest first. */
function periodsToLookIn(
  place: ChargePlace | undefined,
  nowUs: number,
  idsKeptMs: number,
): number[] {
  const isKept = (period: number) => idsExpiryMs(period, idsKeptMs) * 1_000 > nowUs;
  if (place) return place.period !== undefined && isKept(place.period) ? [place.period] : [];
  const sets: number[] = [];
  for (let period = periodAt(nowUs); isKept(period); period -= 1) sets.push(period);
  return sets;
}
