import { fromBinary } from '@bufbuild/protobuf';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { isId } from '@tollgate/api';
import { SubscriptionChangedSchema } from '@tollgate/api/tollgate/billing/v1/events';
import { EventSchema } from '@tollgate/api/tollgate/events/v1/event';
import {
  eventually,
  type FreshDatabase,
  freshDatabase,
  type OwnServer,
  ownNats,
} from '@tollgate/testkit';
import type { Database } from '../src/database.ts';
import type { EventBus } from '../src/events.ts';
import { changePlan, openBus, relay, subscriptionChanged } from './sample-bus.ts';
import { acme, clock, migrations, NoteRow, note, openSample } from './sample-schema.ts';

type Published = { subject: string; id: string; envelope: Uint8Array };

let fresh: FreshDatabase;
let database: Database;
let nats: OwnServer;
let cleanUp: AsyncDisposableStack;

beforeAll(async () => {
  fresh = await freshDatabase({ migrations: { billing: migrations } });
  database = await openSample(fresh);
  nats = await ownNats();
});

beforeEach(async () => {
  cleanUp = new AsyncDisposableStack();
  await fresh.sql('truncate billing.outbox, billing.entity_version, billing.note');
});

afterEach(() => cleanUp.disposeAsync());

afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await nats?.[Symbol.asyncDispose]();
  await fresh?.[Symbol.asyncDispose]();
});

const waiting = async () => (await fresh.sql('select 1 from billing.outbox')).length;

/** A bus that notes what is published and does what the test wants. */
function recordingBus(during: (event: Published, nth: number) => Promise<void> = async () => {}) {
  const published: Published[] = [];
  const bus: Pick<EventBus, 'publish'> = {
    async publish(event) {
      await during(event, published.length + 1);
      published.push(event);
    },
  };
  const plans = () =>
    published.map(({ envelope }) => {
      const { entityId, entityVersion } = fromBinary(EventSchema, envelope);
      return `${entityId} v${entityVersion}`;
    });
  return { bus, published, plans };
}

test('an event says what happened: id, time, tenant, request, and a version that rises by one', async () => {
  const { bus, published } = recordingBus();
  await changePlan(database, { subscriptionId: 'sub_1', planId: 'free' });
  await changePlan(database, { subscriptionId: 'sub_1', planId: 'pro' });
  cleanUp.use(relay(database, bus));
  await eventually({ withinMs: 5_000 }, () => published.length === 2);
  const [first, second] = published.map(({ envelope }) => fromBinary(EventSchema, envelope));
  expect(isId('evt', first?.eventId)).toBe(true);
  expect(first).toMatchObject({
    type: 'billing.subscription.changed',
    tenantId: acme,
    environment: 'live',
    entityId: 'sub_1',
    entityVersion: 1n,
    requestId: 'request-1',
    payload: { typeUrl: `type.googleapis.com/${SubscriptionChangedSchema.typeName}` },
  });
  expect(first?.eventTime?.seconds).toBe(BigInt(clock.now().epochMilliseconds) / 1_000n);
  expect(second?.entityVersion).toBe(2n);
});

test('a transaction that fails announces nothing', async () => {
  const { bus, published } = recordingBus();
  const failed = database.write({ tenantId: acme }, async (rows) => {
    rows.insert(NoteRow, note(acme, 'failed'));
    rows.emit({
      type: subscriptionChanged,
      tenantId: acme,
      entityId: 'sub_1',
      payload: {},
    });
    await rows.em.flush();
    throw new Error('on purpose');
  });
  await expect(failed).rejects.toThrow('on purpose');
  await changePlan(database, { subscriptionId: 'sub_2', planId: 'free' });
  cleanUp.use(relay(database, bus));
  await eventually({ withinMs: 5_000 }, () => published.length > 0);
  expect(published).toHaveLength(1);
});

test('an older version of an entity cannot be announced after a newer one', async () => {
  await changePlan(database, { subscriptionId: 'sub_1', planId: 'pro', entityVersion: 7n });
  for (const entityVersion of [6n, 7n]) {
    const late = changePlan(database, { subscriptionId: 'sub_1', planId: 'free', entityVersion });
    await expect(late).rejects.toThrow(`${entityVersion} is not newer`);
  }
  expect(await waiting()).toBe(1);
});

test('a commit wakes the relay at once, far sooner than it looks by itself', async () => {
  const { bus, published } = recordingBus();
  cleanUp.use(relay(database, bus));
  await changePlan(database, { subscriptionId: 'sub_1', planId: 'free' });
  await eventually({ withinMs: 5_000 }, () => published.length === 1);
  const start = performance.now();
  await changePlan(database, { subscriptionId: 'sub_1', planId: 'pro' });
  await eventually({ withinMs: 900 }, () => published.length === 2);
  expect(performance.now() - start).toBeLessThan(900);
});

test('events of one entity keep their order with concurrent commits, two relays and failures', async () => {
  const entities = ['sub_1', 'sub_2', 'sub_3'];
  const { bus, plans } = recordingBus();
  const flaky = { publish: failEveryThird(bus.publish) };
  cleanUp.use(relay(database, flaky));
  cleanUp.use(relay(database, flaky));
  const changes = Array.from({ length: 60 }, (_, index) =>
    changePlan(database, { subscriptionId: entities[index % 3] ?? '', planId: `plan-${index}` }),
  );
  await Promise.all(changes);
  await eventually({ withinMs: 20_000 }, async () => (await waiting()) === 0);
  for (const entity of entities) {
    const own = plans().filter((plan) => plan.startsWith(`${entity} `));
    expect(own).toEqual(Array.from({ length: 20 }, (_, index) => `${entity} v${index + 1}`));
  }
});

test('a relay that dies before it has noted a publish repeats it under the same id', async () => {
  await using bus = await openBus(nats.url);
  await changePlan(database, { subscriptionId: 'sub_crash', planId: 'pro' });
  // Publishes for real, then fails as a crash would: the transaction that forgets is rolled back.
  const crash = { publish: crashAfter(bus.publish) };
  const dying = relay(database, crash);
  await eventually({ withinMs: 5_000 }, () => crash.publish.ids.length > 0);
  await dying[Symbol.asyncDispose]();
  expect(await waiting()).toBe(1);

  const { bus: second, published } = recordingBus(bus.publish);
  cleanUp.use(relay(database, second));
  await eventually({ withinMs: 5_000 }, async () => (await waiting()) === 0);
  expect(published.map(({ id }) => id)).toEqual([crash.publish.ids[0]]);
});

function failEveryThird(publish: EventBus['publish']): EventBus['publish'] {
  let calls = 0;
  return async (event) => {
    calls += 1;
    if (calls % 3 === 0) throw new Error('refused on purpose');
    await publish(event);
  };
}

function crashAfter(publish: EventBus['publish']) {
  const ids: string[] = [];
  const crashing = async (event: Published) => {
    await publish(event);
    ids.push(event.id);
    throw new Error('died right after publishing');
  };
  return Object.assign(crashing, { ids });
}
