import { generateKeyPairSync, randomBytes, type webcrypto } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { perService, type ServiceName } from '@tollgate/api';
import { derivedPepper } from '@tollgate/credentials/key-settings';
import { secret } from '@tollgate/runtime/config';

/** An Ed25519 private key as a JWK. */
export type PrivateKey = webcrypto.JsonWebKey & { readonly kid: string };

/** Everything secret of one installation. Made once; losing it loses the keys it encrypts. */
export interface SystemSecrets {
  /** Of Postgres's administrator, where the launcher runs Postgres. */
  readonly databaseAdminPassword: string;
  /** Of each service's database role. */
  readonly databasePasswords: Readonly<Record<ServiceName, string>>;
  /** Ed25519 private keys (JWK) that the services sign with; `kid` is the service. */
  readonly serviceKeys: Readonly<Record<ServiceName, PrivateKey>>;
  /** 32 bytes, base64. */
  readonly encryptionKey: string;
  readonly operator: { readonly email: string; readonly password: string };
  /** Who the demo customer signs in as. */
  readonly demo: { readonly email: string; readonly password: string };
}

/** New secrets from the system's randomness. */
export function createSecrets(): SystemSecrets {
  return {
    databaseAdminPassword: randomPassword(),
    databasePasswords: perService(randomPassword),
    serviceKeys: perService(createServiceKey),
    encryptionKey: randomBytes(32).toString('base64'),
    operator: { email: 'operator@example.com', password: randomPassword() },
    demo: { email: 'demo@example.com', password: randomPassword() },
  };
}

/** The secrets in a file that only we can read; made at the first call, complete or not at all. */
export function openSecrets(file: string): SystemSecrets {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const secrets = createSecrets();
  writePrivateJson(file, secrets);
  return secrets;
}

/** Writes a JSON file of mode 0600, whole or not at all. */
export function writePrivateJson(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/**
 * What API keys are hashed with, base64: derived from the encryption key, as Auth does by itself, so
 * that a gate can be told this alone. It leads back to nothing else.
 */
export function keyPepperOf({ encryptionKey }: Pick<SystemSecrets, 'encryptionKey'>): string {
  return Buffer.from(derivedPepper(secret(encryptionKey))).toString('base64');
}

/** The public halves of the services' keys, as a JWKS. */
export function publicKeysOf({ serviceKeys }: SystemSecrets): { keys: Omit<PrivateKey, 'd'>[] } {
  const keys = Object.values(serviceKeys).map(({ d: _private, ...publicPart }) => publicPart);
  return { keys };
}

function createServiceKey(service: ServiceName): PrivateKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { ...privateKey.export({ format: 'jwk' }), kid: service, alg: 'EdDSA', use: 'sig' };
}

function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}
