import { create } from '@bufbuild/protobuf';
import { toProtoTime } from '@tollgate/api';
import {
  type KnownApiKey,
  KnownApiKeySchema,
} from '@tollgate/api/tollgate/auth/v1/auth_internal_service';
import type { KnownKey } from '@tollgate/credentials';

/** What a gate must know of a key; not its hash, which the gate has. */
export function toProtoKnownKey(key: KnownKey): KnownApiKey {
  return create(KnownApiKeySchema, {
    keyId: key.keyId,
    tenantId: key.tenantId,
    environment: key.environment,
    scopes: [...key.scopes],
    ...(key.expireTime ? { expireTime: toProtoTime(key.expireTime) } : {}),
    ...(key.revokeTime ? { revokeTime: toProtoTime(key.revokeTime) } : {}),
    ...(key.limit ? { rateLimit: { ...key.limit } } : {}),
  });
}
