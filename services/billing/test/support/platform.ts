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
  const keys = serviceNames.map(freshKey);
  const publicKeys = parsePublicKeys({ keys: keys.map(({ d: _, ...key }) => key) });
  const platforms = keys.map((key) => [key.kid, platformOf(key, publicKeys, clock)]);
  return Object.fromEntries(platforms) as Record<ServiceName, Platform>;
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
