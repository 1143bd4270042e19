import { isServiceName, type ServiceName } from '@tollgate/api';

/** The public half of a service's Ed25519 key (RFC 8037). */
export interface PublicServiceKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  /** The service that signs with it. */
  readonly kid: ServiceName;
}

/** A service's Ed25519 key with its private half `d`. */
export interface PrivateServiceKey extends PublicServiceKey {
  readonly d: string;
}

/** The private key of the service `name`. Throws what is wrong, never quoting the key. */
export function parsePrivateKey(value: unknown, name: ServiceName): PrivateServiceKey {
  const key = parsePublicKey(value);
  if (key.kid !== name) throw new Error(`its kid must be ${name}`);
  const { d } = recordOf(value);
  if (!isKeyBytes(d)) throw new Error('it has no private half (d)');
  return { ...key, d };
}

/** A JWKS with at most one key for each service. Throws what is wrong. */
export function parsePublicKeys(value: unknown): PublicServiceKey[] {
  const { keys } = recordOf(value);
  if (!Array.isArray(keys) || keys.length === 0) throw new Error('it must be a JWKS with keys');
  const parsed = keys.map(parsePublicKey);
  if (new Set(parsed.map((key) => key.kid)).size < parsed.length) {
    throw new Error('each kid must be there once');
  }
  return parsed;
}

function parsePublicKey(value: unknown): PublicServiceKey {
  const { kty, crv, x, kid } = recordOf(value);
  if (kty !== 'OKP' || crv !== 'Ed25519' || !isKeyBytes(x)) {
    throw new Error('each key must be an Ed25519 JWK');
  }
  if (!isServiceName(kid)) throw new Error('each kid must be the name of a service');
  return { kty, crv, x, kid };
}

/** The properties of an object; none of anything else. */
function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** 32 bytes in base64url. */
function isKeyBytes(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value);
}
