import { create } from '@bufbuild/protobuf';
import { toProtoTime } from '@tollgate/api';
import {
  type ApiKey as ApiKeyMessage,
  ApiKeySchema,
} from '@tollgate/api/tollgate/auth/v1/auth_service';
import { statusOfKey } from '@tollgate/credentials';
import type { ApiKey } from './domain/api-key.ts';

/** The key as the API shows it at an instant, without anything secret. */
export function toProtoKey(key: ApiKey, at: Temporal.Instant): ApiKeyMessage {
  return create(ApiKeySchema, {
    keyId: key.keyId,
    name: key.name,
    environment: key.environment,
    scopes: [...key.scopes],
    last4: key.last4,
    status: statusOfKey(key, at),
    createTime: toProtoTime(key.createTime),
    ...(key.expireTime ? { expiresAt: toProtoTime(key.expireTime) } : {}),
    ...(key.revokeTime ? { revokeTime: toProtoTime(key.revokeTime) } : {}),
    ...(key.limit ? { rateLimit: { ...key.limit } } : {}),
  });
}
