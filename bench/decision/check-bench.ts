import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { create, toBinary } from '@bufbuild/protobuf';
import { CheckRequestSchema } from '@tollgate/api/envoy/service/auth/v3/external_auth';
import { createIdentify, makeKeySecret } from '@tollgate/credentials';
import type { Database } from '@tollgate/runtime/database';
import { testPlatform } from '@tollgate/testkit';
import { createAccessTokens } from '../../services/auth/src/access-tokens/access-tokens.ts';
import type { KeyRing } from '../../services/auth/src/access-tokens/key-ring.ts';
import { createAllKeys } from '../../services/auth/src/api-keys/all-keys.ts';
import { createCheck } from '../../services/auth/src/check/check.ts';
import { createIdentifyToken } from '../../services/auth/src/check/identify-token.ts';
import { createInternalTokens } from '../../services/auth/src/check/internal-tokens.ts';
import { createSessionDirectory } from '../../services/auth/src/sessions/session-directory.ts';

/** Auth's check as its process makes it, over keys in memory; nothing of it asks the database. */
export async function checkBench({ keys: keyCount }: { keys: number }) {
  const platform = testPlatform('auth');
  const { clock, identity } = platform;
  // Whatever is asked for is known: a look at Postgres would be a mistake of the bench.
  const database = {} as Database;
  const pepper = randomBytes(32);
  const hashSecret = (secret: string) => createHmac('sha256', pepper).update(secret).digest('hex');
  const { directory: keys } = createAllKeys({ database, clock });
  const secrets = Array.from({ length: keyCount }, (_, at) => {
    const secret = makeKeySecret('live', randomBytes);
    keys.put({
      keyId: `key_${at.toString().padStart(26, '0')}`,
      tenantId: `ten_${(at % 100).toString().padStart(26, '0')}`,
      environment: 'live',
      scopes: ['upstream.invoke', 'metering.usage.read'],
      secretHash: hashSecret(secret),
      limit: { requests: 100, seconds: 60 },
    });
    return secret;
  });
  const accessTokens = createAccessTokens({ keyRing: oneKey(), clock });
  const sessions = createSessionDirectory({ database, clock });
  const ofToken = createIdentifyToken({ accessTokens, sessions });
  const identify = createIdentify({ keys, hashSecret, ofToken, clock });
  const check = createCheck({ identify, tokenOf: createInternalTokens({ identity, clock }) });
  const accessToken = await accessTokens.sign({
    userId: `usr_${'0'.repeat(26)}`,
    tenantId: `ten_${'0'.repeat(26)}`,
    role: 'owner',
    sessionId: `ses_${'0'.repeat(26)}`,
  });
  return { check, secrets, accessToken };
}

function oneKey(): KeyRing {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const algorithm = { name: 'Ed25519' };
  const signing = privateKey.toCryptoKey(algorithm, true, ['sign']);
  const verifying = publicKey.toCryptoKey(algorithm, true, ['verify']);
  return {
    signer: () => ({ kid: 'bench', privateKey: signing }),
    publicKey: () => Promise.resolve(verifying),
    published: () => [],
    refresh: () => Promise.resolve(),
  };
}

/** The question as our own gateway configuration makes Envoy ask it: only allowed headers. */
export function checkRequest(options: {
  headers: Readonly<Record<string, string>>;
  class: 'upstream' | 'api';
}): Uint8Array {
  const raw = { ...options.headers, 'x-request-id': '3f0c1d52-9f5a-4a36-8d8e-0123456789ab' };
  const bytes = toBinary(
    CheckRequestSchema,
    create(CheckRequestSchema, {
      attributes: {
        source: socket('192.0.2.7', 53_211),
        destination: socket('198.51.100.2', 8_080),
        request: {
          time: { seconds: 1_795_237_000n, nanos: 123_456_789 },
          http: {
            id: '12345678901234567890',
            method: 'GET',
            path: '/widgets/42?expand=parts',
            host: 'api.example.com',
            scheme: 'https',
            protocol: 'HTTP/1.1',
            size: -1n,
            headerMap: {
              headers: Object.entries(raw).map(([key, value]) => ({
                key,
                rawValue: Buffer.from(value),
              })),
            },
          },
        },
        contextExtensions: { class: options.class, access: 'credential', upstream: 'widgets' },
        metadataContext: {},
        routeMetadataContext: {},
      },
    }),
  );
  // Transports hand out buffers.
  return Buffer.from(bytes);
}

function socket(address: string, portValue: number) {
  return {
    address: {
      address: {
        case: 'socketAddress' as const,
        value: { address, portSpecifier: { case: 'portValue' as const, value: portValue } },
      },
    },
  };
}

/** Headers that an Envoy without `allowed_headers` would send, too. */
export const browserHeaders: Readonly<Record<string, string>> = {
  ':authority': 'api.example.com',
  ':method': 'GET',
  ':path': '/widgets/42?expand=parts',
  ':scheme': 'https',
  accept: 'application/json, text/plain, */*',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'accept-language': 'en-GB,en;q=0.9',
  'cache-control': 'no-cache',
  origin: 'https://app.example.com',
  referer: 'https://app.example.com/widgets',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)',
  'x-forwarded-for': '192.0.2.7',
  'x-forwarded-proto': 'https',
};
