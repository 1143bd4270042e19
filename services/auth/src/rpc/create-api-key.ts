import { randomInt } from 'node:crypto';
import { fromProtoTime } from '@tollgate/api';
import { AuthService, type CreateApiKeyRequest } from '@tollgate/api/tollgate/auth/v1/auth_service';
import { type Environment } from '@tollgate/api/words';
import { type Database, newId, type Rows } from '@tollgate/runtime/database';
import {
  type FieldViolation,
  invalidInput,
  permissionDenied,
  tooMany,
} from '@tollgate/runtime/errors';
import { type Call, handler } from '@tollgate/runtime/rpc';
import type { Clock } from '@tollgate/runtime/service';
import type { KeyDirectory } from '../check/key-directory.ts';
import type { KeyLimit } from '../domain/api-key.ts';
import { decideScopes } from '../domain/key-scopes.ts';
import { last4Of, makeKeySecret } from '../domain/key-secret.ts';
import { scopeNotHeld } from '../errors.ts';
import { keyChanged } from '../events/auth-events.ts';
import { ApiKeyRow, fromApiKeyRow } from '../store/api-key-row.ts';
import { toProtoKey } from './to-proto-key.ts';

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
export function createApiKey(parts: CreateApiKeyParts) {
  return handler(AuthService.method.createApiKey, async (input, call) => {
    const at = parts.clock.now();
    const wanted = decide(input, { call, at });
    const written = await parts.database.writeWithFacts(call, async (rows) => {
      await refuseTooMany(rows, call);
      const secret = makeKeySecret(wanted.environment, randomInt);
      const row = rows.insert(ApiKeyRow, {
        ...wanted,
        keyId: newId('key'),
        tenantId: call.tenantId,
        secretHash: parts.hashSecret(secret),
        last4: last4Of(secret),
        createdBy: call.principal.subject,
        createTime: at,
        changeTime: at,
      });
      const made = fromApiKeyRow(row);
      rows.emit(keyChanged(made));
      const { keyId, last4 } = made;
      return { answer: { keyId, secret, last4, key: toProtoKey(made, at) }, facts: made };
    });
    // Known here at once; other processes look it up at its first use.
    if (!written.replayed) parts.keys.put(written.facts);
    return written.answer;
  });
}

/** What the key will be. Throws INVALID_INPUT, SCOPE_NOT_HELD or PERMISSION_DENIED. */
function decide(
  input: CreateApiKeyRequest,
  { call, at }: { call: Call; at: Temporal.Instant },
): {
  name: string;
  environment: Environment;
  scopes: string[];
  expireTime?: Temporal.Instant;
  limitRequests?: number;
  limitSeconds?: number;
} {
  const violations: FieldViolation[] = [];
  const decided = decideScopes(input.scopes, call.principal.permissions);
  if ('violations' in decided) violations.push(...decided.violations);
  const expireTime = input.expiresAt && fromProtoTime(input.expiresAt);
  if (expireTime && Temporal.Instant.compare(expireTime, at) <= 0) {
    violations.push({ field: 'expires_at', description: 'must be in the future' });
  }
  if (violations.length > 0) throw invalidInput(violations);
  if ('notHeld' in decided) throw scopeNotHeld(decided.notHeld);
  const limit: KeyLimit | undefined = input.rateLimit && {
    requests: input.rateLimit.requests,
    seconds: input.rateLimit.seconds || limitSecondsDefault,
  };
  return {
    name: input.name,
    environment: environmentOf(input.environment, call),
    scopes: 'scopes' in decided ? [...decided.scopes] : [],
    ...(expireTime ? { expireTime } : {}),
    ...(limit ? { limitRequests: limit.requests, limitSeconds: limit.seconds } : {}),
  };
}

/** A key makes keys of its own environment only: nothing leads from test to live. */
function environmentOf(wanted: Environment | '', { principal }: Call): Environment {
  const own = principal.kind === 'api_key' ? principal.environment : undefined;
  if (wanted === '') return own ?? 'live';
  if (own !== undefined && own !== wanted) throw permissionDenied('auth.keys.create');
  return wanted;
}

async function refuseTooMany(rows: Rows, { tenantId }: Call): Promise<void> {
  const [counted] = await rows.sql<{ count: bigint }>(
    'select count(*) as count from auth.api_key where tenant_id = $1 and revoke_time is null',
    [tenantId],
  );
  if (counted && counted.count >= BigInt(keysMax)) throw tooMany('API keys', keysMax);
}
