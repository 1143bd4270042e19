import type { Operation, Outcome } from '../../src/admission/operation.ts';
import { type Reservation, reservationText } from '../../src/counters/domain/reservation.ts';
import { slotAt } from '../../src/counters/domain/slot.ts';
import { keys } from '../../src/counters/keys.ts';
import type { RateLimit } from '../../src/policies/domain/limit.ts';

type Verdict = Outcome['verdict'];
/** `found` is where the call was charged, for a `find` that finds it. */
type Answer = { verdict: Verdict; remaining: number[]; found?: string };

/**
 * What the atomic step must do, written another way: rates as token buckets on exact integers (not
 * arrival times), one request after the other (not merged), everything in maps.
 */
export function createModel() {
  const buckets = new Map<string, { level: bigint; atUs: number }>();
  const months = new Map<string, number>();
  const records = new Map<string, { mark: string; atUs: number; open: boolean }>();
  const usage = new Map<string, { admitted: number; givenBack: number }>();

  /** The bucket's level in parts of which one request takes `windowUs`. */
  function bucketOf(key: string, limit: RateLimit, nowUs: number) {
    const full = BigInt(limit.burst) * BigInt(limit.windowSeconds) * 1_000_000n;
    const bucket = buckets.get(key) ?? { level: full, atUs: nowUs };
    const refilled = bucket.level + BigInt(nowUs - bucket.atUs) * BigInt(limit.requests);
    bucket.level = refilled < full ? refilled : full;
    bucket.atUs = nowUs;
    buckets.set(key, bucket);
    return bucket;
  }
  function monthOf(tenant: string, reservation: Reservation): string {
    return keys.month(tenant, reservation.environment, reservation.slot.month);
  }
  function count(name: string, mark: string, by: { admitted?: number; givenBack?: number }) {
    const field = `${name} ${mark}`;
    const { admitted, givenBack } = usage.get(field) ?? { admitted: 0, givenBack: 0 };
    usage.set(field, {
      admitted: admitted + (by.admitted ?? 0),
      givenBack: givenBack + (by.givenBack ?? 0),
    });
  }
  function giveBack(operation: Operation & { kind: 'giveBack' }): Verdict {
    const mark = reservationText(operation.reservation);
    const record = records.get(keys.record(operation.tenant, operation.requestId));
    if (!record?.open || record.mark !== mark) return 'nothing';
    record.open = false;
    const month = monthOf(operation.tenant, operation.reservation);
    months.set(month, (months.get(month) ?? 0) - 1);
    count(operation.tenant, mark, { givenBack: 1 });
    return 'done';
  }

  function find({ tenant, requestId }: Operation & { kind: 'find' }, nowUs: number): Answer {
    const name = keys.record(tenant, requestId);
    const record = records.get(name);
    if (record?.open) return { verdict: 'done', remaining: [], found: record.mark };
    if (!record) records.set(name, { mark: 'never', atUs: nowUs, open: false });
    return { verdict: 'nothing', remaining: [] };
  }

  return {
    usage,
    months,
    decide(operation: Operation, nowUs: number): Answer {
      if (operation.kind === 'giveBack') return { verdict: giveBack(operation), remaining: [] };
      if (operation.kind === 'find') return find(operation, nowUs);
      const { account, requestId } = operation;
      const slot = slotAt(nowUs);
      const { tenant, environment, keyId = '' } = account;
      const reservation = { environment, slot, keyId };
      const month = monthOf(tenant, reservation);
      const used = () => months.get(month) ?? 0;
      const buckets = account.limits.map(({ limit, key }) =>
        limit.kind === 'rate' ? bucketOf(key, limit, nowUs) : undefined,
      );
      const cost = (limit: RateLimit) => BigInt(limit.windowSeconds) * 1_000_000n;
      const remaining = () =>
        account.limits.map(({ limit }, at) => {
          if (limit.kind === 'quota') return Math.max(0, limit.requests - used());
          const level = buckets[at]?.level ?? 0n;
          return level > 0n ? Number(level / cost(limit)) : 0;
        });
      const name = keys.record(tenant, requestId);
      if (records.has(name)) return { verdict: 'repeated', remaining: remaining() };
      if (operation.kind === 'admit' && remaining().some((left) => left < 1)) {
        return { verdict: 'refused', remaining: remaining() };
      }
      account.limits.forEach(({ limit }, at) => {
        const bucket = buckets[at];
        if (!bucket || limit.kind !== 'rate') return;
        bucket.level -= cost(limit);
        if (bucket.level < 0n) bucket.level = 0n;
      });
      months.set(month, used() + 1);
      count(tenant, reservationText(reservation), { admitted: 1 });
      records.set(name, { mark: reservationText(reservation), atUs: nowUs, open: true });
      return { verdict: 'done', remaining: remaining() };
    },
  };
}
