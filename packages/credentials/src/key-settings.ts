import { purposeKey, type Secret, type Settings } from '@tollgate/runtime/config';

/**
 * Reads what API keys are hashed with, `TOLLGATE_KEY_PEPPER`: the same for Auth and for every gate
 * that checks keys. `otherwise` says what holds when it is not given.
 */
export function readKeyPepper(settings: Settings, otherwise: string): Secret {
  return settings.secret('TOLLGATE_KEY_PEPPER', {
    description: `32 random bytes, base64, that API keys are hashed with; empty: ${otherwise}.`,
    default: '',
    keyBytes: 32,
  });
}

/** The bytes of a pepper that was read; undefined where none was given. */
export function pepperOf(keyPepper: Secret): Uint8Array | undefined {
  const text = keyPepper.reveal();
  return text === '' ? undefined : Buffer.from(text, 'base64');
}

/** The pepper of an installation that was given none. Throws for a key that is not 32 bytes. */
export function derivedPepper(encryptionKey: Secret): Uint8Array {
  return purposeKey(encryptionKey, 'auth pepper of API keys');
}

/** Reads how often a copy of keys in memory is compared with their owner's, in milliseconds. */
export function readKeyRefreshInterval(settings: Settings): number {
  return settings.integer('TOLLGATE_KEY_REFRESH_INTERVAL_MS', {
    description: 'How old the keys in memory may be while the event bus is down, milliseconds.',
    default: 5_000,
    min: 100,
    max: 300_000,
  });
}
