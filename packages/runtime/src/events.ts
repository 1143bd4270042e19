/** Events that leave after their commit, at least once; effects that happen once. */
export type { ConsumeOptions } from './events/consume.ts';
export { replayParkedEvents } from './events/dead-events.ts';
export type { EventOf } from './events/event.ts';
export { type EventBus, type EventBusOptions, openEventBus } from './events/event-bus.ts';
export type { FollowOptions } from './events/follow.ts';
export { type OutboxRelayOptions, startOutboxRelay } from './events/outbox-relay.ts';
