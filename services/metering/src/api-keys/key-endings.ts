import { isId, type TenantId } from '@tollgate/api';
import { type Environment, isEnvironment } from '@tollgate/api/words';
import { type Clock, createRecentTexts } from '@tollgate/runtime/service';
import type { Counters } from '../counters/connect.ts';
import { endingName } from '../counters/names.ts';

/** Characters at the end of a secret that may be known: Auth shows as many to people. */
const endingLength = 4;
/** How often it is noted anew that a key is in use, and for how long a note is kept. */
const noteEveryMs = 3_600_000;
const keptSeconds = 172_800;
/** Notes remembered as made, as many as a gate knows keys. */
const notedMax = 40_000;

/** A key that is in use. */
interface KeyInUse {
  readonly tenantId: TenantId;
  readonly environment: Environment;
  readonly keyId: string;
}

/**
 * Whose a call may be that was decided and left before anybody heard: Envoy's log knows the last
 * characters of its key and no more. They lie beside what was charged, and are lost only with it.
 */
export interface KeyEndings {
  /** Takes note, at most once an hour and run of Redis, of whose a credential in use is. */
  note(credential: string, key: KeyInUse): void;
  /**
   * The key in use with this ending; undefined when there is none, or more than one: of those it is
   * not known whose call it was. @throws CountersUnavailable.
   */
  keyOf(ending: string): Promise<KeyInUse | undefined>;
}

/** Notes in Redis, made before the question that charges: nothing waits for them. */
export function createKeyEndings(parts: { counters: Counters; clock: Clock }): KeyEndings {
  const { counters, clock } = parts;
  const noted = createRecentTexts<string>(notedMax);

  async function write(ending: string, text: string): Promise<void> {
    const name = endingName(ending);
    await counters.ask((redis) =>
      redis.pipeline().sadd(name, text).expire(name, keptSeconds).exec(),
    );
  }

  return {
    note(credential, { tenantId, environment, keyId }) {
      const ending = credential.slice(-endingLength);
      const text = `${tenantId}|${environment}|${keyId}`;
      const what = `${ending} ${text}`;
      const when = `${Math.floor(clock.monotonicMs() / noteEveryMs)} ${runOf(counters)}`;
      if (noted.get(what) === when) return;
      noted.set(what, when);
      write(ending, text).catch(() => noted.delete(what));
    },
    async keyOf(ending) {
      const found = await counters.ask((redis) => redis.smembers(endingName(ending)));
      return found.length === 1 ? readKeyInUse(found[0] ?? '') : undefined;
    },
  };
}

/** The run of Redis; while there is none nothing can be charged. */
function runOf(counters: Counters): number | 'none' {
  try {
    return counters.run();
  } catch {
    return 'none';
  }
}

function readKeyInUse(text: string): KeyInUse | undefined {
  const [tenantId, environment, keyId] = text.split('|');
  if (!isId('ten', tenantId) || !isEnvironment(environment) || keyId === undefined)
    return undefined;
  return { tenantId, environment, keyId };
}
