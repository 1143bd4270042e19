import { setTimeout as delay } from 'node:timers/promises';
import type { DescMessage } from '@bufbuild/protobuf';
import { type ConsumerMessages, DeliverPolicy, type JetStreamClient } from '@nats-io/jetstream';
import type { Log } from '../log/log.ts';
import { closeWithin } from './close-within.ts';
import { readEvent } from './event.ts';
import type { EventBus, FollowOptions } from './event-bus.ts';
import { type EventDomain, parseSubject, streamOf, wireSubject } from './event-subject.ts';

const RESTART_PAUSE_MS = 250;

/** What following needs of the bus. */
export interface FollowParts {
  readonly stream: JetStreamClient;
  readonly log: Log;
  readonly onReturn: EventBus['onReturn'];
}

/**
 * Follows from now on: what is published after this has resolved is seen. So follow first, load
 * afterwards, and let the versions decide. Nothing is remembered on the server.
 */
export async function followEvents<P extends DescMessage>(
  parts: FollowParts,
  options: FollowOptions<P>,
): Promise<AsyncDisposable> {
  const subjects = options.events.map(({ subject }) => subject);
  const [{ schema }] = options.events;
  const log = parts.log.child({ follows: subjects });
  const stop = new AbortController();
  let generation = 0;
  let open = await openAll(parts.stream, subjects);

  /** Shows what comes until the source ends, which it does when closed or replaced. */
  function show(sources: readonly ConsumerMessages[], mine: number): void {
    for (const source of sources) {
      void showOne(source)
        .catch((error) => log.error({ error }, 'following events stopped'))
        .then(() => (mine === generation && !stop.signal.aborted ? restart() : undefined));
    }
  }

  async function showOne(source: ConsumerMessages): Promise<void> {
    for await (const message of source) {
      try {
        await options.on(readEvent(message.data, schema));
      } catch (error) {
        log.error({ error }, 'a followed event failed');
        await loadAnew();
      }
    }
  }

  /** A consumer that merely went on could miss events of a server that is back without its data. */
  async function restart(): Promise<void> {
    const mine = ++generation;
    await closeAll(open);
    while (mine === generation && !stop.signal.aborted) {
      try {
        open = await openAll(parts.stream, subjects);
        show(open, mine);
        await loadAnew();
        return;
      } catch (error) {
        log.warn({ error }, 'following events could not start again');
        await delay(RESTART_PAUSE_MS);
      }
    }
  }

  async function loadAnew(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        return await options.onGap();
      } catch (error) {
        log.error({ error }, 'a copy could not be loaded anew and is tried again');
        await delay(RESTART_PAUSE_MS);
      }
    }
  }

  show(open, generation);
  const listening = parts.onReturn(() => void restart());
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      listening[Symbol.dispose]();
      await closeWithin(closeAll(open), log);
    },
  };
}

async function openAll(
  stream: JetStreamClient,
  subjects: readonly string[],
): Promise<ConsumerMessages[]> {
  const byDomain = Map.groupBy(subjects, (subject) => parseSubject(subject).domain);
  const opening = [...byDomain].map(async ([domain, own]: [EventDomain, string[]]) => {
    const consumer = await stream.consumers.get(streamOf(domain), {
      filter_subjects: own.map(wireSubject),
      deliver_policy: DeliverPolicy.New,
    });
    return consumer.consume();
  });
  return Promise.all(opening);
}

async function closeAll(sources: readonly ConsumerMessages[]): Promise<void> {
  await Promise.all(sources.map((source) => source.close()));
}
