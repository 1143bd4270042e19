import { isId, type TenantId } from '@tollgate/api';
import { type Clock, createRecentTexts } from '@tollgate/runtime/service';
import type { Counters } from '../counters/connect.ts';
import { keys } from '../counters/keys.ts';

/** Characters at the end of a secret that may be known: Auth shows as many to people. */
const endingLength = 4;
/** How often it is noted anew that a key is in use, and for how long a note is kept. */
const noteEveryMs = 3_600_000;
const keptSeconds = 172_800;
/** Notes remembered as made, as many as a gate knows keys. */
const notedMax = 40_000;

/**
 * Whose a call may be that was decided and left before anybody heard: Envoy's log knows the last
 * characters of its key and no more. They lie beside what was charged, and are lost only with it.
 */
export interface KeyEndings {
  /** Takes note, at most once an hour and run of Redis, of the tenant of a credential in use. */
  note(credential: string, tenantId: TenantId): void;
  /** Tenants that use keys with this ending. @throws CountersUnavailable. */
  tenantsOf(ending: string): Promise<TenantId[]>;
}

/** Notes in Redis, made before the question that charges: nothing waits for them. */
export function createKeyEndings(parts: { counters: Counters; clock: Clock }): KeyEndings {
  const { counters, clock } = parts;
  const noted = createRecentTexts<string>(notedMax);

  async function write(ending: string, tenantId: TenantId): Promise<void> {
    const name = keys.ending(ending);
    await counters.ask((redis) =>
      redis.pipeline().sadd(name, tenantId).expire(name, keptSeconds).exec(),
    );
  }

  return {
    note(credential, tenantId) {
      const ending = credential.slice(-endingLength);
      const what = `${ending} ${tenantId}`;
      const when = `${Math.floor(clock.monotonicMs() / noteEveryMs)} ${runOf(counters)}`;
      if (noted.get(what) === when) return;
      noted.set(what, when);
      write(ending, tenantId).catch(() => noted.delete(what));
    },
    async tenantsOf(ending) {
      const found = await counters.ask((redis) => redis.smembers(keys.ending(ending)));
      return found.filter((tenant) => isId('ten', tenant));
    },
  };
}

/** The run of Redis; while there is none nothing can be charged. */
function runOf(counters: Counters): string {
  try {
    return counters.run();
  } catch {
    return 'none';
  }
}
