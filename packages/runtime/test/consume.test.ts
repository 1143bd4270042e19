import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import {
  eventually,
  type FreshDatabase,
  freshDatabase,
  type OwnServer,
  ownNats,
} from '@tollgate/testkit';
import type { Database } from '../src/database.ts';
import { type EventBus, replayParkedEvents } from '../src/events.ts';
import { changePlan, consumeToNotes, openBus, relay, subscriptionChanged } from './sample-bus.ts';
import { migrations, openSample } from './sample-schema.ts';

let fresh: FreshDatabase;
let database: Database;
let nats: OwnServer;
let bus: EventBus;
let durable: string;
let cleanUp: AsyncDisposableStack;

beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { billing: migrations } });
  database = await openSample(fresh);
  nats = await ownNats();
});

beforeEach(async () => {
  cleanUp = new AsyncDisposableStack();
  durable = `test-${randomBytes(4).toString('hex')}`;
  await fresh.sql('truncate billing.note, billing.inbox, billing.dead_event, billing.outbox');
  bus = cleanUp.use(await openBus(nats.url));
  await forgetEvents();
  cleanUp.use(relay(database, bus));
});

afterEach(() => cleanUp.disposeAsync());

afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await nats?.[Symbol.asyncDispose]();
  await fresh?.[Symbol.asyncDispose]();
});

/** A plan that only one event of one test is about. */
const uniquePlan = (name = 'plan') => `${name}-${randomBytes(4).toString('hex')}`;

async function effectsOf(plan: string): Promise<number> {
  const rows = await fresh.sql('select 1 from billing.note where text = $1', [plan]);
  return rows.length;
}

const deadEvents = () =>
  fresh.sql(`select consumer, state, tries, cause from billing.dead_event where consumer = $1`, [
    durable,
  ]);

test('an event has its effect once, under its tenant, although it is delivered five times', async () => {
  const plan = uniquePlan();
  await changePlan(database, { subscriptionId: 'sub_1', planId: plan });
  cleanUp.use(await consumeToNotes(bus, database, { durable }));
  await eventually({ withinMs: 5_000 }, async () => (await effectsOf(plan)) === 1);

  const connection = await connect({ servers: nats.url });
  cleanUp.defer(() => connection.close());
  const stream = jetstream(connection);
  const stored = await jetstreamMessages(connection);
  const envelope = stored.at(-1) ?? new Uint8Array();
  for (let copy = 0; copy < 4; copy++) {
    await stream.publish('tollgate.billing.subscription.changed', envelope);
  }
  const marker = uniquePlan('marker');
  await changePlan(database, { subscriptionId: 'sub_2', planId: marker });
  await eventually({ withinMs: 5_000 }, async () => (await effectsOf(marker)) === 1);
  expect(await effectsOf(plan)).toBe(1);
});

test('an event published while the consumer was down has its effect when it is back', async () => {
  const [before, during] = [uniquePlan(), uniquePlan()];
  const first = await consumeToNotes(bus, database, { durable });
  await changePlan(database, { subscriptionId: 'sub_1', planId: before });
  await eventually({ withinMs: 5_000 }, async () => (await effectsOf(before)) === 1);
  await first[Symbol.asyncDispose]();

  await changePlan(database, { subscriptionId: 'sub_1', planId: during });
  await eventually(
    { withinMs: 5_000 },
    async () => (await fresh.sql('select 1 from billing.outbox')).length === 0,
  );
  expect(await effectsOf(during)).toBe(0);
  cleanUp.use(await consumeToNotes(bus, database, { durable }));
  await eventually({ withinMs: 5_000 }, async () => (await effectsOf(during)) === 1);
  expect(await effectsOf(before)).toBe(1);
});

test('an effect that fails is undone as a whole and tried again', async () => {
  const plan = uniquePlan();
  let failures = 2;
  cleanUp.use(
    await consumeToNotes(bus, database, {
      durable,
      failing: (seen) => seen === plan && failures-- > 0 && new Error('not yet'),
    }),
  );
  await changePlan(database, { subscriptionId: 'sub_1', planId: plan });
  await eventually({ withinMs: 10_000 }, async () => (await effectsOf(plan)) === 1);
  expect(failures).toBeLessThan(0);
  expect(await deadEvents()).toEqual([]);
});

test('an event that cannot be read is parked with its cause and stops nobody', async () => {
  cleanUp.use(await consumeToNotes(bus, database, { durable }));
  const connection = await connect({ servers: nats.url });
  cleanUp.defer(() => connection.close());
  await jetstream(connection).publish('tollgate.billing.subscription.changed', 'no event at all');
  const next = uniquePlan();
  await changePlan(database, { subscriptionId: 'sub_1', planId: next });
  await eventually({ withinMs: 5_000 }, async () => (await effectsOf(next)) === 1);
  expect(await deadEvents()).toEqual([
    { consumer: durable, state: 'parked', tries: 1, cause: expect.any(String) },
  ]);
});

test('a poison event is parked while others pass, and replayed after the repair', async () => {
  const [poison, next] = [uniquePlan('poison'), uniquePlan()];
  let repaired = false;
  cleanUp.use(
    await consumeToNotes(bus, database, {
      durable,
      failing: (seen) => seen === poison && !repaired && new Error('the amount is negative'),
    }),
  );
  await changePlan(database, { subscriptionId: 'sub_1', planId: poison });
  await eventually({ withinMs: 5_000 }, async () => (await deadEvents()).length === 1);
  await changePlan(database, { subscriptionId: 'sub_2', planId: next });
  await eventually({ withinMs: 5_000 }, async () => (await effectsOf(next)) === 1);
  // As if all tries but the last had been made.
  await fresh.sql('update billing.dead_event set tries = 9 where consumer = $1', [durable]);
  await eventually({ withinMs: 20_000 }, async () => {
    expect(await deadEvents()).toEqual([
      { consumer: durable, state: 'parked', tries: 10, cause: 'Error: the amount is negative' },
    ]);
  });
  expect(await effectsOf(poison)).toBe(0);

  repaired = true;
  expect(await replayParkedEvents({ database, bus }, { consumer: durable })).toBe(1);
  await eventually({ withinMs: 5_000 }, async () => (await effectsOf(poison)) === 1);
  expect(await deadEvents()).toEqual([]);
});

test('NATS killed and back, even empty: what was committed meanwhile has its effect once', async () => {
  cleanUp.use(await consumeToNotes(bus, database, { durable }));
  for (const data of ['kept', 'empty'] as const) {
    const plan = uniquePlan(data);
    await nats.kill();
    await changePlan(database, { subscriptionId: 'sub_1', planId: plan });
    await nats.start({ data });
    await eventually({ withinMs: 20_000 }, async () => (await effectsOf(plan)) === 1);
  }
});

test('a follower sees every event from then on, and is told to load anew after a gap', async () => {
  const seen: string[] = [];
  let gaps = 0;
  const follow = () =>
    bus.follow({
      events: [subscriptionChanged],
      on: (event) => void seen.push(event.payload.subscription?.planId ?? ''),
      onGap: () => void gaps++,
    });
  cleanUp.use(await follow());
  const plans = [uniquePlan(), uniquePlan(), uniquePlan()];
  for (const planId of plans) await changePlan(database, { subscriptionId: 'sub_1', planId });
  await eventually({ withinMs: 5_000 }, () => seen.length === 3);
  expect(seen).toEqual(plans);
  expect(gaps).toBe(0);

  await nats.kill();
  await nats.start({ data: 'empty' });
  await eventually({ withinMs: 20_000 }, () => gaps > 0);
  const after = uniquePlan();
  await changePlan(database, { subscriptionId: 'sub_1', planId: after });
  await eventually({ withinMs: 10_000 }, () => seen.includes(after));
});

/** Empties Billing's stream, so that a new consumer does not begin with another test's events. */
async function forgetEvents(): Promise<void> {
  const connection = await connect({ servers: nats.url });
  const manager = await jetstreamManager(connection);
  await manager.streams.purge('TOLLGATE_BILLING');
  await connection.close();
}

/** Everything in Billing's stream. */
async function jetstreamMessages(connection: Awaited<ReturnType<typeof connect>>) {
  const consumer = await jetstream(connection).consumers.get('TOLLGATE_BILLING');
  const messages = await consumer.fetch({ max_messages: 1_000, expires: 1_000 });
  const bodies: Uint8Array[] = [];
  for await (const message of messages) {
    bodies.push(message.data);
    if (message.info.pending === 0) break;
  }
  return bodies;
}
