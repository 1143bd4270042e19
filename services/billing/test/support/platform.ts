import { generateKeyPairSync } from 'node:crypto';
import {
  createHealth,
  createMetrics,
  createServiceIdentity,
  createTokenVerifier,
  type FixedClock,
  openLog,
  type Platform,
  type PrivateServiceKey,
  parsePrivateKey,
  parsePublicKeys,
  type ServiceName,
  serviceNames,
} from '@tollgate/runtime';

/** Platforms of several services that trust each other's keys and share one clock. */
export function trustingPlatforms(clock: FixedClock): Record<ServiceName, Platform> {
  const keys = new Map(serviceNames.map((name) => [name, freshKey(name)]));
  const publicKeys = parsePublicKeys({ keys: [...keys.values()] });
  const of = (name: ServiceName) => platformOf(keys.get(name) ?? freshKey(name), publicKeys, clock);
  return {
    auth: of('auth'),
    tenant: of('tenant'),
    metering: of('metering'),
    billing: of('billing'),
    notification: of('notification'),
  };
}

function freshKey(name: ServiceName): PrivateServiceKey {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return parsePrivateKey({ ...jwk, kid: name }, name);
}

function platformOf(
  privateKey: PrivateServiceKey,
  publicKeys: ReturnType<typeof parsePublicKeys>,
  clock: FixedClock,
): Platform {
  const name = privateKey.kid;
  return {
    clock,
    log: openLog({ service: name, level: 'silent' }),
    health: createHealth(),
    metrics: createMetrics(name),
    signal: new AbortController().signal,
    identity: createServiceIdentity({ key: privateKey, clock }),
    verifier: createTokenVerifier({ publicKeys, clock }),
    common: {
      adminAddress: { host: '127.0.0.1', port: 0 },
      logLevel: 'silent',
      stopTimeoutMs: 5_000,
      privateKey,
      publicKeys,
    },
  };
}
