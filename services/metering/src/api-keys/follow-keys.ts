import type { Client } from '@connectrpc/connect';
import { fromProtoTime } from '@tollgate/api';
import { keyChanged } from '@tollgate/api/events';
import type { AuthInternalService } from '@tollgate/api/tollgate/auth/v1/auth_internal_service';
import type { KeyDirectory } from '@tollgate/credentials';
import type { EventBus } from '@tollgate/runtime/events';
import { type EveryOptions, every } from '@tollgate/runtime/service';

/** The copy, and what tells how it has changed. */
export interface FollowKeysParts extends Omit<EveryOptions, 'name' | 'ms'> {
  readonly keys: KeyDirectory;
  readonly auth: Pick<Client<typeof AuthInternalService>, 'listChangedApiKeys'>;
  readonly bus: EventBus;
  readonly refreshIntervalMs: number;
}

/**
 * Keeps a gate's copy of keys true: by the events that Auth's own processes follow, and by a question
 * to Auth every `refreshIntervalMs`, for when events fail. After a gap in the events Auth is asked at
 * once; a gate that cannot learn what it missed forgets all keys.
 */
export async function followKeys(parts: FollowKeysParts): Promise<AsyncDisposable> {
  const { keys, bus, log, refreshIntervalMs: ms } = parts;
  const refresh = createRefreshKeys(parts);
  await using opened = new AsyncDisposableStack();
  opened.use(
    await bus.follow({
      events: [keyChanged],
      on: ({ payload: { keyId, status, revokeTime }, time }) => {
        if (status === 'revoked') keys.revoke(keyId, revokeTime ? fromProtoTime(revokeTime) : time);
        else keys.forget(keyId);
      },
      async onGap() {
        try {
          await refresh();
        } catch (error) {
          log.warn({ error }, 'all API keys are forgotten: news of them may have been missed');
          keys.clear();
        }
      },
    }),
  );
  opened.use(every({ ...parts, name: 'known-keys', ms }, refresh));
  const stack = opened.move();
  return { [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Takes over what has changed since the call before; the first call begins with an empty copy. */
function createRefreshKeys({ keys, auth }: Pick<FollowKeysParts, 'keys' | 'auth'>) {
  type Changes = Awaited<ReturnType<FollowKeysParts['auth']['listChangedApiKeys']>>;
  let sinceTime: Changes['asOfTime'];
  return async (): Promise<void> => {
    const changes = await auth.listChangedApiKeys(sinceTime ? { sinceTime } : {});
    if (changes.truncated || !sinceTime) keys.clear();
    for (const { keyId, revokeTime } of changes.keys) {
      if (revokeTime) keys.revoke(keyId, fromProtoTime(revokeTime));
      else keys.forget(keyId);
    }
    sinceTime = changes.asOfTime;
  };
}
