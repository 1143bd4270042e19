import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, type FreshDatabase, freshDatabase } from '@tollgate/testkit';
import { startSweep } from '../src/database/sweep-expired.ts';
import type { Database } from '../src/database.ts';
import { EVENTS_KEPT_DAYS } from '../src/events/streams.ts';
import { createHealth, createMetrics } from '../src/service.ts';
import { acme, clock, globex, log, migrations, openSample } from './sample-schema.ts';

let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { billing: migrations } });
  database = await openSample(fresh);
});

afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await fresh?.[Symbol.asyncDispose]();
});

const keys = async () =>
  (await fresh.sql<{ key: string }>('select key from billing.idempotency order by key')).map(
    ({ key }) => key,
  );
const marks = async () =>
  (await fresh.sql<{ event_id: string }>('select event_id from billing.inbox order by 1')).map(
    ({ event_id }) => event_id,
  );

async function fill(): Promise<void> {
  const now = clock.now();
  const answers = `insert into billing.idempotency
    (tenant_id, subject, method, key, claim, input_hash, create_time, expire_time)
    select $1, 'usr', 'rpc', $2 || n, gen_random_uuid(), 'hash', $3, $3
    from generate_series(1, $4::int) n`;
  const handled = `insert into billing.inbox (tenant_id, consumer, event_id, handle_time)
    select $1, 'consumer', $2 || n, $3 from generate_series(1, $4::int) n`;
  const at = (hours: number) => now.add({ hours }).toString();
  await fresh.sql(answers, [acme, 'expired-', at(0), 12_001]);
  await fresh.sql(answers, [globex, 'expired-', at(-1), 1]);
  await fresh.sql(answers, [acme, 'kept-', at(1), 1]);
  // A mark outlives twice the time in which a stream can deliver its event.
  const keptHours = 2 * 24 * EVENTS_KEPT_DAYS;
  await fresh.sql(handled, [acme, 'old-', at(-keptHours - 1), 7_000]);
  await fresh.sql(handled, [globex, 'kept-', at(-keptHours), 1]);
}

test('one run removes all that has expired of every tenant, however much it is, and nothing else', async () => {
  await fill();
  const metrics = createMetrics('billing');
  const health = createHealth();
  const { signal } = new AbortController();
  const sweep = startSweep({ database, clock, log, health, metrics, signal });
  await eventually({ withinMs: 20_000 }, async () => health.parts.get('sweep')?.state === 'ok');
  await sweep[Symbol.asyncDispose]();
  expect(await keys()).toEqual(['kept-1']);
  expect(await marks()).toEqual(['kept-1']);
  const shown = await metrics.metrics();
  expect(shown).toMatch(/tollgate_swept_rows_total\{table="idempotency",.*\} 12002/);
  expect(shown).toMatch(/tollgate_swept_rows_total\{table="inbox",.*\} 7000/);
});
