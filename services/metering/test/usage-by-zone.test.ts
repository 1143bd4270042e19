import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fromProtoTime, type TenantId, toProtoTime } from '@tollgate/api';
import { MeteringInternalService } from '@tollgate/api/tollgate/metering/v1/metering_internal_service';
import { MeteringService } from '@tollgate/api/tollgate/metering/v1/metering_service';
import { newId } from '@tollgate/runtime/database';
import { startForTest, type TestService, user } from '@tollgate/testkit';
import { checkAsyncProperty } from '@tollgate/testkit/properties';
import fc from 'fast-check';

let recorder: TestService;
beforeAll(async () => {
  recorder = await startForTest('recorder');
});
afterAll(async () => recorder?.[Symbol.asyncDispose]());

const msPerSlot = 900_000;
const at = (text: string) => Temporal.Instant.from(text);
const proto = (text: string) => toProtoTime(at(text));

/** Saved usage: each slot's start in milliseconds, and its count. */
async function saved(counts: ReadonlyMap<number, number>): Promise<TenantId> {
  const tenantId = newId('ten');
  await recorder.place.database.sql(
    `insert into metering.usage_counter
       (tenant_id, environment, meter, slot, key_id, admitted, given_back)
     select $1, 'live', 'requests', to_timestamp(ms / 1000), 'key_a', count, 0
     from unnest($2::float8[], $3::bigint[]) as saved (ms, count)`,
    [tenantId, [...counts.keys()], [...counts.values()]],
  );
  return tenantId;
}

/** The sums by day or month on the wall clock of a zone, of Temporal alone. */
function expectedSums(counts: ReadonlyMap<number, number>, zone: string, window: 'day' | 'month') {
  const sums = new Map<string, number>();
  for (const [ms, count] of [...counts].sort(([one], [other]) => one - other)) {
    const name = nameOf(Temporal.Instant.fromEpochMilliseconds(ms), zone, window);
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return [...sums];
}

function nameOf(instant: Temporal.Instant, zone: string, window: 'day' | 'month'): string {
  const date = instant.toZonedDateTimeISO(zone).toPlainDate();
  return window === 'day' ? `${date}` : `${date.toPlainYearMonth()}`;
}

const zones = [
  'UTC',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'Australia/Lord_Howe',
  'Europe/Berlin',
  'America/St_Johns',
  'Pacific/Kiritimati',
] as const;

test('series by days and months of a zone are what its wall clock says, summed plainly', async () => {
  const [start, end] = [at('2025-11-28T00:00:00Z'), at('2026-12-03T00:00:00Z')];
  const first = start.epochMilliseconds / msPerSlot;
  const last = end.epochMilliseconds / msPerSlot - 1;
  // Half of them around the changes of clocks in these zones, and ends of months.
  const near = ['2026-03-29T01:00', '2026-04-04T14:00', '2026-10-25T01:00', '2026-11-30T18:00']
    .map((text) => at(`${text}:00Z`).epochMilliseconds / msPerSlot)
    .map((slot) => fc.integer({ min: slot - 100, max: slot + 100 }));
  const slots = fc.oneof(fc.integer({ min: first, max: last }), ...near);
  const entry = fc.tuple(slots, fc.integer({ min: 1, max: 1_000_000 }));
  const counts = fc
    .array(entry, { minLength: 1, maxLength: 200 })
    .map((entries) => new Map(entries.map(([slot, count]) => [slot * msPerSlot, count])));
  await checkAsyncProperty(
    fc.asyncProperty(
      counts,
      fc.constantFrom(...zones),
      fc.constantFrom('day', 'month'),
      async (used, timeZone, window) => {
        const api = recorder.client(MeteringService, user(await saved(used)));
        const asked = { start: toProtoTime(start), end: toProtoTime(end), window, timeZone };
        const { data, total } = await api.getUsage(asked);
        const sums = data.map(({ windowStart, value }) => {
          if (!windowStart) throw new Error('a window has a start');
          return [nameOf(fromProtoTime(windowStart), timeZone, window), Number(value)];
        });
        expect(sums).toEqual(expectedSums(used, timeZone, window));
        expect(Number(total)).toBe([...used.values()].reduce((sum, count) => sum + count, 0));
      },
    ),
    { runs: 60 },
  );
});

test('a span may begin and end at any slot, of a series and of a bill', async () => {
  const slotsOfAnHour = ['00', '15', '30', '45'].map((minute, index) => {
    return [at(`2026-11-21T18:${minute}:00Z`).epochMilliseconds, 10 ** index] as const;
  });
  const tenantId = await saved(new Map(slotsOfAnHour));
  const span = { start: proto('2026-11-21T18:15:00Z'), end: proto('2026-11-21T18:45:00Z') };
  const { total } = await recorder.client(MeteringService, user(tenantId)).getUsage(span);
  expect(total).toBe(110n);
  const internal = recorder.client(MeteringInternalService, { service: 'billing' });
  const question = { tenantId, environment: 'live', meter: 'requests' } as const;
  expect(await internal.getBillableUsage({ ...question, ...span })).toMatchObject({
    quantity: 110n,
  });
});

test('without a span, usage is that of the zone’s present month, up to the present hour', async () => {
  const api = recorder.client(MeteringService, user(newId('ten')));
  for (const timeZone of ['', ...zones]) {
    const before = Temporal.Now.instant();
    const { start, end } = await api.getUsage({ timeZone });
    if (!start || !end) throw new Error('an answer says its span');
    const first = fromProtoTime(start).toZonedDateTimeISO(timeZone || 'UTC');
    expect([first.day, first.toPlainTime().toString()]).toEqual([1, '00:00:00']);
    const last = fromProtoTime(end);
    expect(Temporal.Instant.compare(last, before)).toBe(1);
    expect(last.epochMilliseconds - before.epochMilliseconds).toBeLessThanOrEqual(7_200_000);
    const nextMonth = first.add({ months: 1 }).toInstant();
    expect(Temporal.Instant.compare(last, nextMonth)).toBeLessThanOrEqual(0);
  }
});

test('a zone that is none is refused together with all else', async () => {
  const api = recorder.client(MeteringService, user(newId('ten')));
  for (const timeZone of ['Europe/Atlantis', '+02:00', 'Etc/Unknown/']) {
    await expect(api.getUsage({ timeZone })).rejects.toThrow(/time_zone: must be the name of an/);
    const broken = { timeZone, start: { seconds: 60n } };
    await expect(api.getUsage(broken)).rejects.toThrow(/time_zone: .* \(and 1 more\)/);
  }
});
