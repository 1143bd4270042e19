import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { create, toBinary } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { type EventType, isServiceName, type TenantId, toProtoTime } from '@tollgate/api';
import { EventSchema } from '@tollgate/api/tollgate/events/v1/event';
import type { Environment } from '@tollgate/api/words';
import { newId } from '@tollgate/runtime/database';
import { type EventBus, type EventOf, openEventBus } from '@tollgate/runtime/events';
import { type Clock, systemClock } from '@tollgate/runtime/service';
import { type FreshDatabase, freshDatabase } from '../servers/fresh-database.ts';
import { type OwnServer, ownNats, ownRedis } from '../servers/own-servers.ts';
import { testPlatform } from './test-platform.ts';

/** Where services of one test run side by side: a database, a bus and a clock of its own. */
export interface TestPlace extends AsyncDisposable {
  readonly clock: Clock;
  readonly database: FreshDatabase;
  readonly nats: OwnServer;
  /** A connection of the test's own to the bus. */
  readonly bus: EventBus;
  /** The Redis of this place, started when it is first asked for. */
  redis(): Promise<OwnServer>;
  /** Publishes an event as the service that its subject begins with does; answers its id. */
  publishAs<P extends DescMessage>(
    event: EventType<P>,
    content: PublishedEvent<P>,
  ): Promise<string>;
  /** Everything of this kind that is announced from now on, oldest first. */
  hear<P extends DescMessage>(event: EventType<P>): Promise<readonly EventOf<P>[]>;
}

/** What a test says of an event that it publishes. */
export interface PublishedEvent<P extends DescMessage> {
  readonly tenantId: TenantId;
  readonly payload: MessageInitShape<P>;
  /** `live` by default. */
  readonly environment?: Environment;
  /** The tenant by default. */
  readonly entityId?: string;
  /** 1 by default. */
  readonly entityVersion?: bigint;
  /** `evt_…`; a new one by default. */
  readonly id?: string;
  /** What the stream knows it by: `id` by default. Another one gets a repetition delivered. */
  readonly messageId?: string;
}

/** Opens a place; `clock` is the system's by default. */
export async function openTestPlace({
  clock = systemClock,
}: {
  clock?: Clock;
} = {}): Promise<TestPlace> {
  await using opened = new AsyncDisposableStack();
  const [database, nats] = await Promise.all([freshDatabase({ migrations: {} }), ownNats()]);
  opened.use(database);
  opened.use(nats);
  const platform = opened.use(testPlatform('tenant', { clock }));
  const bus = opened.use(await openEventBus({ ...platform, url: nats.url }));
  let redis: Promise<OwnServer> | undefined;
  opened.defer(async () => (await redis)?.[Symbol.asyncDispose]());
  const everything = opened.move();
  return {
    clock,
    database,
    nats,
    bus,
    redis: () => (redis ??= ownRedis()),
    async publishAs({ subject, schema }, content) {
      const { tenantId, id = newId('evt'), messageId = id } = content;
      const [domain] = subject.split('.');
      if (!isServiceName(domain)) throw new Error(`${subject} belongs to no service.`);
      const message = create(EventSchema, {
        eventId: id,
        type: subject,
        eventTime: toProtoTime(clock.now()),
        tenantId,
        environment: content.environment ?? 'live',
        entityId: content.entityId ?? tenantId,
        entityVersion: content.entityVersion ?? 1n,
        payload: anyPack(schema, create(schema, content.payload)),
      });
      await bus.publish({ subject, id: messageId, envelope: toBinary(EventSchema, message) });
      return id;
    },
    async hear(event) {
      const heard: EventOf<typeof event.schema>[] = [];
      await bus.follow({
        events: [event],
        on: (one) => void heard.push(one),
        onGap: () => undefined,
      });
      return heard;
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}
