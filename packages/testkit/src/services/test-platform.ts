import { generateKeyPairSync } from 'node:crypto';
import { type ServiceName, serviceNames } from '@tollgate/api';
import {
  createServiceIdentity,
  createTokenVerifier,
  type PrincipalClaims,
  type PrivateServiceKey,
  parsePrivateKey,
  type ServiceIdentity,
} from '@tollgate/runtime/rpc';
import {
  type Clock,
  createHealth,
  createMetrics,
  type LogLevel,
  openLog,
  type Platform,
  systemClock,
} from '@tollgate/runtime/service';

/** Ed25519 keys of the five services, made anew for each test file. */
const privateKeys = new Map(serviceNames.map((name) => [name, makeKey(name)]));
const publicKeys = [...privateKeys.values()].map(({ kty, crv, x, kid }) => ({ kty, crv, x, kid }));

/** A platform whose services stop when it is disposed. */
export interface TestPlatform extends Platform, Disposable {}

/**
 * What a process would give a service, for a service that runs inside a test. Services of one test
 * file trust each other's tokens. `TOLLGATE_TEST_LOG_LEVEL` shows their logs; `process` is what they
 * call it, the service's name by default.
 */
export function testPlatform(
  service: ServiceName,
  { clock = systemClock, process = service }: { clock?: Clock; process?: string } = {},
): TestPlatform {
  const stop = new AbortController();
  const logLevel = (globalThis.process.env.TOLLGATE_TEST_LOG_LEVEL ?? 'silent') as LogLevel;
  const privateKey = keyOf(service);
  return {
    clock,
    log: openLog({ service: process, level: logLevel }),
    health: createHealth(),
    metrics: createMetrics(process),
    signal: stop.signal,
    identity: createServiceIdentity({ key: privateKey, clock }),
    verifier: createTokenVerifier({ publicKeys, clock }),
    common: {
      adminAddress: { host: '127.0.0.1', port: 0 },
      logLevel,
      stopTimeoutMs: 10_000,
      privateKey,
      publicKeys,
    },
    [Symbol.dispose]: () => stop.abort(),
  };
}

/** The identity that a service of this test file signs with. */
export function testIdentity(service: ServiceName, clock: Clock = systemClock): ServiceIdentity {
  return createServiceIdentity({ key: keyOf(service), clock });
}

/** The internal token of any caller, as Auth would sign it after checking a credential. */
export function principalToken(claims: PrincipalClaims, clock: Clock = systemClock) {
  return testIdentity('auth', clock).signPrincipalToken(claims);
}

function keyOf(service: ServiceName): PrivateServiceKey {
  const key = privateKeys.get(service);
  if (!key) throw new Error(`No key for ${service}.`);
  return key;
}

function makeKey(kid: ServiceName): PrivateServiceKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return parsePrivateKey({ ...privateKey.export({ format: 'jwk' }), kid }, kid);
}
