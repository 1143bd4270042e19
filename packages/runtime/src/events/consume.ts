import { setTimeout as delay } from 'node:timers/promises';
import type { DescMessage } from '@bufbuild/protobuf';
import {
  AckPolicy,
  type ConsumerMessages,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Clock } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { closeWithin } from './close-within.ts';
import { type Delivery, deliver } from './deliver.ts';
import type { ConsumeOptions } from './event-bus.ts';
import { parseSubject, streamOf, wireSubject } from './event-subject.ts';

/** After a crash an event in hand is delivered again this soon; longer work says that it lives. */
const ACK_WAIT_MS = 10_000;
const STILL_WORKING_MS = 3_000;
const REOPEN_PAUSE_MS = 500;

/** What consumers share. */
export interface ConsumerParts {
  readonly manager: JetStreamManager;
  readonly stream: JetStreamClient;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/**
 * Starts a durable consumer, which begins with the oldest event kept and works on one event at a
 * time. Closing it waits for the event in hand, at most five seconds: it comes again otherwise.
 */
export async function consumeEvents<P extends DescMessage>(
  parts: ConsumerParts,
  options: ConsumeOptions<P>,
): Promise<AsyncDisposable> {
  const stop = new AbortController();
  const log = parts.log.child({ consumer: options.durable });
  let messages = await open(parts, options);
  const handle = deliver({ ...parts, log }, options);

  async function work(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        for await (const message of messages) await handleOne(message, handle);
        if (!stop.signal.aborted) messages = await reopen();
      } catch (error) {
        if (stop.signal.aborted) return;
        log.error({ error }, 'a consumer stopped and is opened again');
        await delay(REOPEN_PAUSE_MS, undefined, { signal: stop.signal }).catch(() => undefined);
        messages = await reopen();
      }
    }
  }

  /** The stream or the consumer may be gone: they are made again, however long it takes. */
  async function reopen(): Promise<ConsumerMessages> {
    for (;;) {
      try {
        return await open(parts, options);
      } catch (error) {
        if (stop.signal.aborted) throw error;
        log.warn({ error }, 'a consumer could not be opened');
        await delay(REOPEN_PAUSE_MS, undefined, { signal: stop.signal });
      }
    }
  }

  // It ends by an error only when it is closed while it waits for the bus: nobody else's business.
  const working = work().catch((error) => log.debug({ error }, 'a consumer ended while waiting'));
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await closeWithin(messages.close(), log);
      await closeWithin(working, log);
    },
  };
}

async function open<P extends DescMessage>(
  { manager, stream }: ConsumerParts,
  { event: { subject }, durable }: ConsumeOptions<P>,
): Promise<ConsumerMessages> {
  const name = streamOf(parseSubject(subject).domain);
  await manager.consumers.add(name, {
    durable_name: durable,
    filter_subject: wireSubject(subject),
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ACK_WAIT_MS),
    deliver_policy: DeliverPolicy.All,
    max_deliver: -1,
  });
  const consumer = await stream.consumers.get(name, durable);
  // One at a time: what a process has fetched and not handled when it dies is late by ACK_WAIT_MS.
  return consumer.consume({ max_messages: 1, abort_on_missing_resource: true });
}

async function handleOne(message: JsMsg, handle: (message: JsMsg) => Promise<Delivery>) {
  const heartbeat = setInterval(() => message.working(), STILL_WORKING_MS);
  try {
    const delivery = await handle(message);
    // The acknowledgement is not awaited: when it is lost, the inbox drops the repetition.
    if (delivery.done) message.ack();
    else message.nak(delivery.againInMs);
  } finally {
    clearInterval(heartbeat);
  }
}
