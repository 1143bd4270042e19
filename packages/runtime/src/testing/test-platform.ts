import { generateKeyPairSync } from 'node:crypto';
import { Writable } from 'node:stream';
import { type ServiceName, serviceNames } from '@tollgate/api';
import { type Clock, systemClock } from '../clock/clock.ts';
import { createHealth } from '../health/health.ts';
import { createServiceIdentity, type ServiceIdentity } from '../identity/service-identity.ts';
import {
  type PrivateServiceKey,
  type PublicServiceKey,
  parsePrivateKey,
  parsePublicKeys,
} from '../identity/service-keys.ts';
import { createTokenVerifier } from '../identity/token-verifier.ts';
import { openLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';

/** Fresh Ed25519 keys of the five services. */
export function serviceKeys(): {
  privateKeys: Record<ServiceName, PrivateServiceKey>;
  publicKeys: PublicServiceKey[];
} {
  const pairs = serviceNames.map((name) => {
    const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    return [name, parsePrivateKey({ ...jwk, kid: name }, name)] as const;
  });
  return {
    // Complete, because every name has its pair.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    privateKeys: Object.fromEntries(pairs) as Record<ServiceName, PrivateServiceKey>,
    publicKeys: parsePublicKeys({ keys: pairs.map(([, key]) => key) }),
  };
}

/** What a process gives its service, with a log that a test can read. */
export function testPlatform(options: { clock?: Clock } = {}) {
  const clock = options.clock ?? systemClock;
  const { privateKeys, publicKeys } = serviceKeys();
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const line: Record<string, unknown> = JSON.parse(chunk.toString());
      lines.push(line);
      done();
    },
  });
  return {
    clock,
    log: openLog({ service: 'test', level: 'debug', destination }),
    /** Everything that was logged, oldest first. */
    lines,
    health: createHealth(),
    metrics: createMetrics('test'),
    verifier: createTokenVerifier({ publicKeys, clock }),
    privateKeys,
    publicKeys,
    identity: (name: ServiceName): ServiceIdentity =>
      createServiceIdentity({ key: privateKeys[name], clock }),
  };
}
