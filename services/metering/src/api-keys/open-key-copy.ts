import { AuthInternalService } from '@tollgate/api/tollgate/auth/v1/auth_internal_service';
import {
  createIdentify,
  createKeyDirectory,
  createSecretHash,
  type Identify,
} from '@tollgate/credentials';
import { malformedInput } from '@tollgate/runtime/errors';
import type { EventBus } from '@tollgate/runtime/events';
import { internalClient } from '@tollgate/runtime/rpc';
import type { Platform } from '@tollgate/runtime/service';
import { followKeys } from './follow-keys.ts';
import { fromProtoKnownKey } from './known-key-proto.ts';

/** Keys in memory at once, those used last: as many as a gate has accounts, about 30 MB. */
const keysMax = 40_000;
/** A question to Auth may outlast Envoy's patience: the next call finds its answer. */
const authTimeoutMs = 1_000;

/** A copy of Auth's API keys, in a gate. */
export interface KeyCopy extends AsyncDisposable {
  /** As Auth says it, for API keys. Throws UNAVAILABLE for a key not known here while Auth is away. */
  readonly identify: Identify;
}

/** What a gate says it from. */
export interface KeyCopyParts {
  /** What API keys are hashed with. */
  readonly pepper: Uint8Array;
  readonly authUrl: string;
  /** How old the copy may be while the event bus is down, in milliseconds. */
  readonly refreshIntervalMs: number;
  readonly bus: EventBus;
  readonly platform: Platform;
}

/**
 * Opens a bounded copy of Auth's keys: one that is not in it is asked for once. It follows the
 * events, and never holds a secret.
 */
export async function openKeyCopy(parts: KeyCopyParts): Promise<KeyCopy> {
  const { bus, refreshIntervalMs, platform } = parts;
  const { clock, identity } = platform;
  const auth = internalClient(AuthInternalService, {
    url: parts.authUrl,
    identity,
    timeoutMs: authTimeoutMs,
  });
  const keys = createKeyDirectory({
    async lookUp(secretHash) {
      const { key } = await auth.findApiKey({ secretHash });
      return key && fromProtoKnownKey(key, secretHash);
    },
    source: 'auth',
    clock,
    keysMax,
  });
  const following = await followKeys({ ...platform, keys, auth, bus, refreshIntervalMs });
  const identify = createIdentify({
    keys,
    hashSecret: createSecretHash(parts.pepper),
    ofToken: () => Promise.reject(malformedInput('A gate checks API keys only.')),
    clock,
  });
  return { identify, [Symbol.asyncDispose]: () => following[Symbol.asyncDispose]() };
}
