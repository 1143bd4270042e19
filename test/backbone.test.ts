import { describe, expect, test } from '@jest/globals';
import { serviceNames } from '@tollgate/api';
import {
  eventually,
  openTestPlace,
  type ProcessName,
  startForTest,
  type TestPlace,
} from '@tollgate/testkit';

/** The process of each service that stands on the backbone: Metering's gates rely on the recorder. */
const processOf = (service: string): ProcessName =>
  (service === 'metering' ? 'recorder' : service) as ProcessName;

async function leaveExpiredRows({ database, clock }: TestPlace, schema: string): Promise<void> {
  const long = clock
    .now()
    .subtract({ hours: 29 * 24 })
    .toString();
  await database.sql(
    `insert into ${schema}.idempotency
       (tenant_id, subject, method, key, claim, input_hash, answer, create_time, expire_time)
     values ('ten_1', 'usr_1', 'rpc', 'key', gen_random_uuid(), 'hash', 'sealed', $1, $1)`,
    [long],
  );
  await database.sql(
    `insert into ${schema}.inbox (tenant_id, consumer, event_id, handle_time)
     values ('ten_1', 'consumer', 'evt_1', $1)`,
    [long],
  );
}

async function rowsLeft({ database }: TestPlace, schema: string): Promise<number> {
  const [row] = await database.sql<{ left: string }>(
    `select (select count(*) from ${schema}.idempotency) + (select count(*) from ${schema}.inbox)
       as left`,
  );
  return Number(row?.left);
}

describe.each([...serviceNames])('%s', (service) => {
  test('shows the age of its outbox, and reports relay, sweep and bus in its health', async () => {
    await using running = await startForTest(processOf(service));
    const { metrics, health } = running.platform;
    const parts = ['events', 'outbox', 'sweep'];
    await eventually({ withinMs: 10_000 }, () => parts.every((part) => health.parts.has(part)));
    const shown = await metrics.metrics();
    expect(shown).toMatch(/^tollgate_outbox_oldest_seconds\{service="[a-z]+"\} 0$/m);
    expect(shown).toMatch(/^tollgate_outbox_waiting\{service="[a-z]+"\} 0$/m);
  });

  test('removes stored answers and marks of events that have expired', async () => {
    await using place = await openTestPlace();
    await place.database.migrate(service);
    await leaveExpiredRows(place, service);
    expect(await rowsLeft(place, service)).toBe(2);
    await using running = await startForTest(processOf(service), { beside: { place } });
    await eventually(
      { withinMs: 10_000 },
      async () => (await rowsLeft(running.place, service)) === 0,
    );
  });

  test('refuses to start on a schema that lacks one of its migrations', async () => {
    await using running = await startForTest(processOf(service));
    await running.stop();
    await running.place.database.sql(
      `delete from ${service}.migration
       where position = (select max(position) from ${service}.migration)`,
    );
    await expect(running.start()).rejects.toThrow(`The schema ${service} lacks`);
  });
});
