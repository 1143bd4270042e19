import {
  DiscardPolicy,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { type EventDomain, eventDomains, streamOf } from './event-subject.ts';

/** Consumers may be away this long without losing an event. */
export const EVENTS_KEPT_DAYS = 14;

const DAY_MS = 86_400_000;
const STREAM_BYTES_MAX = 256 * 1024 * 1024;
/** Must outlast the time between a publish and its repetition after a crash of the relay. */
const DUPLICATE_WINDOW_MS = 10 * 60_000;

/** Creates or updates the stream of every domain. Safe to repeat and to run from all services. */
export async function ensureStreams(manager: JetStreamManager): Promise<void> {
  for (const domain of eventDomains) {
    const { name, ...config } = configOf(domain);
    await manager.streams
      .add({ name, ...config })
      .catch(() => manager.streams.update(name, config));
  }
}

function configOf(domain: EventDomain): Partial<StreamConfig> & { name: string } {
  return {
    name: streamOf(domain),
    subjects: [`tollgate.${domain}.>`],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    max_age: nanos(EVENTS_KEPT_DAYS * DAY_MS),
    max_bytes: STREAM_BYTES_MAX,
    // A full stream refuses what is new, which then waits in its outbox: nothing is lost silently.
    discard: DiscardPolicy.New,
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
  };
}
