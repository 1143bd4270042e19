import { fromProtoTime, isId } from '@tollgate/api';
import type { KnownApiKey } from '@tollgate/api/tollgate/auth/v1/auth_internal_service';
import type { KnownKey } from '@tollgate/credentials';

/**
 * What Auth says of the key with a hash.
 *
 * @throws RangeError for a key of no tenant.
 */
export function fromProtoKnownKey(key: KnownApiKey, secretHash: string): KnownKey {
  const { keyId, tenantId, environment, scopes, expireTime, revokeTime, rateLimit } = key;
  if (!isId('ten', tenantId)) throw new RangeError(`"${tenantId}" is no tenant`);
  return {
    keyId,
    tenantId,
    environment,
    scopes,
    secretHash,
    ...(expireTime ? { expireTime: fromProtoTime(expireTime) } : {}),
    ...(revokeTime ? { revokeTime: fromProtoTime(revokeTime) } : {}),
    ...(rateLimit ? { limit: { requests: rateLimit.requests, seconds: rateLimit.seconds } } : {}),
  };
}
