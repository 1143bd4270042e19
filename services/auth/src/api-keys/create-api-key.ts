import { randomBytes } from 'node:crypto';
import { fromProtoTime, type TenantId } from '@tollgate/api';
import { AuthService, type CreateApiKeyRequest } from '@tollgate/api/tollgate/auth/v1/auth_service';
import type { Environment } from '@tollgate/api/words';
import { type Database, newId, type Rows } from '@tollgate/runtime/database';
import { invalidInput, permissionDenied, tooMany } from '@tollgate/runtime/errors';
import { type Call, handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import { scopeNotHeld } from '../errors.ts';
import { toProtoKey } from './api-key-proto.ts';
import { countKeys, insertKey } from './api-key-store.ts';
import type { ApiKey } from './domain/api-key.ts';
import { decideScopes } from './domain/key-scopes.ts';
import { last4Of, makeKeySecret } from './domain/key-secret.ts';
import type { KeyDirectory } from './key-directory.ts';
import { keyChanged } from './key-events.ts';

/** Keys of one tenant that are not revoked. */
const keysMax = 1_000;
/** The window of a key's own limit when its length is not given, in seconds. */
const limitSecondsDefault = 60;

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
    const wanted = decide(input, { call, at });
    const { tenantId } = call;
    const written = await database.writeWithFacts(call, async (rows) => {
      await refuseTooMany(rows, tenantId);
      const secret = makeKeySecret(wanted.environment, randomBytes);
      const [keyId, last4] = [newId('key'), last4Of(secret)];
      const secretHash = hashSecret(secret);
      const key: ApiKey = { ...wanted, keyId, tenantId, secretHash, last4, createTime: at };
      insertKey(rows, key, call.principal.subject);
      rows.emit(keyChanged(key));
      return { answer: { keyId, secret, last4, key: toProtoKey(key, at) }, facts: key };
    });
    // Known here at once; other processes look it up at its first use.
    if (!written.replayed) keys.put(written.facts);
    return written.answer;
  });
}

/** What the key will be. Throws INVALID_INPUT, SCOPE_NOT_HELD or PERMISSION_DENIED. */
function decide(
  input: CreateApiKeyRequest,
  { call, at }: { call: Call; at: Temporal.Instant },
): Pick<ApiKey, 'name' | 'environment' | 'scopes' | 'expireTime' | 'limit'> {
  const decided = decideScopes(input.scopes, call.principal.permissions);
  const unknown = 'unknown' in decided ? decided.unknown : [];
  const violations = unknown.map((index) => ({
    field: `scopes[${index}]`,
    description: 'is not a permission',
  }));
  const expireTime = input.expiresAt && fromProtoTime(input.expiresAt);
  if (expireTime && Temporal.Instant.compare(expireTime, at) <= 0) {
    violations.push({ field: 'expires_at', description: 'must be in the future' });
  }
  if (violations.length > 0) throw invalidInput(violations);
  if ('notHeld' in decided) throw scopeNotHeld(decided.notHeld);
  const limit = input.rateLimit && {
    requests: input.rateLimit.requests,
    seconds: input.rateLimit.seconds || limitSecondsDefault,
  };
  return {
    name: input.name,
    environment: environmentOf(input.environment, call),
    scopes: 'scopes' in decided ? [...decided.scopes] : [],
    ...(expireTime ? { expireTime } : {}),
    ...(limit ? { limit } : {}),
  };
}

/** A key makes keys of its own environment only: nothing leads from test to live. */
function environmentOf(wanted: Environment | '', { principal }: Call): Environment {
  const own = principal.kind === 'api_key' ? principal.environment : undefined;
  if (wanted === '') return own ?? 'live';
  if (own !== undefined && own !== wanted) throw permissionDenied('auth.keys.create');
  return wanted;
}

async function refuseTooMany(rows: Rows, tenantId: TenantId): Promise<void> {
  if ((await countKeys(rows, tenantId)) >= BigInt(keysMax)) throw tooMany('API keys', keysMax);
}
