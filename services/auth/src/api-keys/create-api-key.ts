import { randomBytes } from 'node:crypto';
import { fromProtoTime, type Principal, type TenantId } from '@tollgate/api';
import { AuthService, type CreateApiKeyRequest } from '@tollgate/api/tollgate/auth/v1/auth_service';
import { type KeyDirectory, type KeyLimit, last4Of, makeKeySecret } from '@tollgate/credentials';
import { type Database, newId, type Rows } from '@tollgate/runtime/database';
import { tooMany } from '@tollgate/runtime/errors';
import { handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { toProtoKey } from './api-key-proto.ts';
import { countKeys, insertKey } from './api-key-store.ts';
import type { ApiKey } from './domain/api-key.ts';
import { decideNewKey, type KeyMaker } from './domain/new-key.ts';
import { keyChanged } from './key-events.ts';

/** Keys of one tenant that are not revoked. */
const keysMax = 1_000;

/** What the creation of a key works with. */
export interface CreateApiKeyParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly keys: KeyDirectory;
  readonly hashSecret: (secret: string) => string;
}

/** Creates an API key. Its secret is in the answer and nowhere else; only its hash is stored. */
export function createApiKey({ database, clock, keys, hashSecret }: CreateApiKeyParts) {
  return handler(AuthService.method.createApiKey, async (input, call) => {
    const at = clock.now();
    const { tenantId, principal } = call;
    const decided = decideNewKey(wantedOf(input), { maker: makerOf(principal), at });
    const written = await database.writeWithFacts(call, async (rows) => {
      await refuseTooMany(rows, tenantId);
      const secret = makeKeySecret(decided.environment, randomBytes);
      const [keyId, last4] = [newId('key'), last4Of(secret)];
      const secretHash = hashSecret(secret);
      const key: ApiKey = { ...decided, keyId, tenantId, secretHash, last4, createTime: at };
      insertKey(rows, key, principal.subject);
      rows.emit(keyChanged(key));
      return { answer: { keyId, secret, last4, key: toProtoKey(key, at) }, facts: key };
    });
    // Known here at once; other processes look it up at its first use.
    if (!written.replayed) keys.put(written.facts);
    return written.answer;
  });
}

function wantedOf({ name, environment, scopes, expiresAt, rateLimit }: CreateApiKeyRequest) {
  const expireTime = expiresAt && fromProtoTime(expiresAt);
  return { name, environment, scopes, expireTime, limit: rateLimit && limitOf(rateLimit) };
}

function limitOf({ requests, seconds }: KeyLimit): KeyLimit {
  return { requests, seconds };
}

function makerOf({ kind, permissions, environment }: Principal): KeyMaker {
  return kind === 'api_key' ? { permissions, keyEnvironment: environment } : { permissions };
}

async function refuseTooMany(rows: Rows, tenantId: TenantId): Promise<void> {
  if ((await countKeys(rows, tenantId)) >= BigInt(keysMax)) throw tooMany('API keys', keysMax);
}
