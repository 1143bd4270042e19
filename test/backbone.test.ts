import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serviceNames } from '@tollgate/api';
import { rpcProcessOf } from '@tollgate/system';
import {
  eventually,
  openTestPlace,
  startForTest,
  type TestPlace,
  type TestService,
} from '@tollgate/testkit';

/** What one process publishes about itself, by the name of a metric without further labels. */
async function metricOf({ platform }: TestService, name: string): Promise<number> {
  const shown = await platform.metrics.metrics();
  const value = new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(shown)?.[1];
  if (value === undefined) throw new Error(`There is no metric ${name}.`);
  return Number(value);
}

/** As a transaction would leave an event, an hour ago. */
async function commitEvent({ database, clock }: TestPlace, schema: string): Promise<void> {
  const hourAgo = clock.now().subtract({ hours: 1 }).toString();
  await database.sql(
    `insert into ${schema}.outbox (tenant_id, event_id, subject, entity_id, envelope, event_time)
     values ('ten_1', 'evt_1', 'tenant.tenant.changed', 'ten_1', '', $1)`,
    [hourAgo],
  );
}

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
  let running: TestService;
  beforeAll(async () => {
    const place = await openTestPlace();
    await place.database.migrate(service);
    await leaveExpiredRows(place, service);
    running = await startForTest(rpcProcessOf(service), { beside: { place } });
  });
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    await running?.place[Symbol.asyncDispose]();
  });

  test('removes stored answers and marks of events that have expired', async () => {
    await eventually({ withinMs: 10_000 }, async () => {
      expect(await rowsLeft(running.place, service)).toBe(0);
    });
    const { parts } = running.platform.health;
    await eventually({ withinMs: 5_000 }, () => {
      expect(parts.get('sweep')).toEqual({ state: 'ok' });
    });
  });

  test('shows how many events wait in its outbox and for how long, and then sends them', async () => {
    const { place } = running;
    await place.nats.kill();
    await commitEvent(place, service);
    await eventually({ withinMs: 10_000 }, async () => {
      expect(await metricOf(running, 'tollgate_outbox_waiting')).toBe(1);
    });
    expect(await metricOf(running, 'tollgate_outbox_oldest_seconds')).toBeGreaterThanOrEqual(3_600);
    expect(running.platform.health.parts.get('events')?.state).toBe('degraded');

    await place.nats.start({ data: 'kept' });
    await eventually({ withinMs: 20_000 }, async () => {
      expect(await metricOf(running, 'tollgate_outbox_waiting')).toBe(0);
      expect(await metricOf(running, 'tollgate_outbox_oldest_seconds')).toBe(0);
    });
    expect(running.platform.health.parts.get('outbox')).toEqual({ state: 'ok' });
  });

  test('refuses to start on a schema that lacks one of its migrations', async () => {
    await running.stop();
    await running.place.database.sql(
      `delete from ${service}.migration
       where position = (select max(position) from ${service}.migration)`,
    );
    await expect(running.start()).rejects.toThrow(`The schema ${service} lacks`);
  });
});
