import { generateKeyPairSync } from 'node:crypto';
import { aesSeal, type Database, type Rows } from '@tollgate/runtime/database';
import type { Clock } from '@tollgate/runtime/service';
import { importJWK } from 'jose';
import {
  isPublished,
  nextKeyFrom,
  type SealedSigningKey,
  type SigningKeyTimes,
  signingKeyAt,
  signUntil,
} from './domain/signing-key.ts';
import { insertSigningKey, listSigningKeys } from './signing-key-store.ts';

/** After a look for an unknown key the next one waits this long, in milliseconds. */
const lookAgainMs = 5_000;

type CryptoKey = Exclude<Awaited<ReturnType<typeof importJWK>>, Uint8Array>;

interface SigningKey extends SigningKeyTimes {
  readonly publicX: string;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

/** The keys of access tokens, from memory. */
export interface KeyRing {
  /** The key that signs now. Throws when there is none, which is a fault of ours. */
  signer(): { kid: string; privateKey: CryptoKey };
  /** The public key with this name; a name not known here is looked up, at most every 5 seconds. */
  publicKey(kid: string): Promise<CryptoKey | undefined>;
  /** Public keys that tokens may carry now, or will. */
  published(): { kid: string; x: string }[];
  /** Makes the next key when it is time, and loads what other processes made. */
  refresh(): Promise<void>;
}

/** Opens the key ring. `sealKey` encrypts private keys at rest. Makes the first key if need be. */
export async function openKeyRing(parts: {
  database: Database;
  clock: Clock;
  sealKey: Uint8Array;
}): Promise<KeyRing> {
  const { database, clock } = parts;
  const seal = aesSeal(parts.sealKey);
  let keys = new Map<string, SigningKey>();
  let looking: Promise<void> | undefined;
  let lookedAtMs = Number.NEGATIVE_INFINITY;

  async function refresh(): Promise<void> {
    const sealed = await database.system((rows) => loadOrMake(rows));
    keys = new Map(
      await Promise.all(sealed.map(async (key) => [key.kid, await unseal(key)] as const)),
    );
  }

  async function loadOrMake(rows: Rows): Promise<SealedSigningKey[]> {
    // Two processes that start at once must not make a key each.
    await rows.lock('auth.signing_key', 'next');
    const now = clock.now();
    const found = await listSigningKeys(rows);
    const from = nextKeyFrom(found, now);
    const made = from ? [makeKey(from)] : [];
    for (const key of made) insertSigningKey(rows, key);
    return [...found, ...made].filter((key) => isPublished(key, now));
  }

  function makeKey(signFrom: Temporal.Instant): SealedSigningKey {
    const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    // The public key names itself: a name can never be used for two keys.
    const kid = x;
    const privateSealed = seal.seal(Buffer.from(d, 'base64url'), kid);
    return { kid, publicX: x, privateSealed, signFrom, signUntil: signUntil(signFrom) };
  }

  async function unseal(key: SealedSigningKey): Promise<SigningKey> {
    const { kid, publicX, privateSealed, signFrom, signUntil } = key;
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicX };
    const d = Buffer.from(seal.open(privateSealed, kid)).toString('base64url');
    const publicKey = (await importJWK(jwk, 'EdDSA')) as CryptoKey;
    const privateKey = (await importJWK({ ...jwk, d }, 'EdDSA')) as CryptoKey;
    return { kid, publicX, publicKey, privateKey, signFrom, signUntil };
  }

  await refresh();
  return {
    refresh,
    signer() {
      const key = signingKeyAt([...keys.values()], clock.now());
      if (!key) throw new Error('No key signs now.');
      return key;
    },
    async publicKey(kid) {
      if (!keys.has(kid) && clock.monotonicMs() - lookedAtMs >= lookAgainMs) {
        lookedAtMs = clock.monotonicMs();
        looking = refresh();
      }
      if (!keys.has(kid)) await looking;
      return keys.get(kid)?.publicKey;
    },
    published: () => [...keys.values()].map(({ kid, publicX }) => ({ kid, x: publicX })),
  };
}
