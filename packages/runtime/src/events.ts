/** Events that leave after their commit, at least once; effects that happen once. */
export { findParkedEvents, type ParkedEvents, replayParkedEvents } from './events/dead-events.ts';
export type { EventOf } from './events/event.ts';
export type { ConsumeOptions, EventBus, FollowOptions } from './events/event-bus.ts';
export { type EventBusOptions, openEventBus } from './events/open-event-bus.ts';
export { type OutboxRelayOptions, startOutboxRelay } from './events/outbox-relay.ts';
