import { fromProtoTime } from '@tollgate/api';
import { keyChanged, sessionRevoked } from '@tollgate/api/events';
import type { EventBus } from '@tollgate/runtime/events';
import { type Clock, every, type Health, type Log, type Metrics } from '@tollgate/runtime/service';
import type { AllKeys } from '../api-keys/all-keys.ts';
import type { SessionDirectory } from '../sessions/session-directory.ts';

/**
 * Keeps the copies in memory true: by events within moments, by a look at Postgres every
 * `refreshIntervalMs` when events fail. They are complete when this has resolved.
 */
export async function followChanges(parts: {
  bus: EventBus;
  keys: AllKeys;
  sessions: SessionDirectory;
  refreshIntervalMs: number;
  clock: Clock;
  log: Log;
  health: Health;
  metrics: Metrics;
  signal: AbortSignal;
}): Promise<AsyncDisposable> {
  const { bus, keys, sessions, refreshIntervalMs: ms } = parts;
  const { clock, log, health, metrics, signal } = parts;
  await using opened = new AsyncDisposableStack();
  // First follow, then load: nothing is lost in between.
  opened.use(
    await bus.follow({
      events: [keyChanged],
      on: ({ payload: { keyId, status, revokeTime }, time }) => {
        // A new key needs no news: its first use looks it up.
        if (status === 'revoked')
          keys.directory.revoke(keyId, revokeTime ? fromProtoTime(revokeTime) : time);
      },
      onGap: () => keys.refresh(),
    }),
  );
  opened.use(
    await bus.follow({
      events: [sessionRevoked],
      on: ({ payload: { sessionId, forgetTime } }) => {
        if (!forgetTime) throw new Error('The event does not say when to forget the session.');
        sessions.revoke(sessionId, fromProtoTime(forgetTime));
      },
      onGap: () => sessions.refresh(),
    }),
  );
  await Promise.all([keys.refresh(), sessions.refresh()]);
  opened.use(
    every({ name: 'identities', ms, clock, log, health, metrics, signal }, async () => {
      await Promise.all([keys.refresh(), sessions.refresh()]);
    }),
  );
  const stack = opened.move();
  return { [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
