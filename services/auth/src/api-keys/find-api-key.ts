import { AuthInternalService } from '@tollgate/api/tollgate/auth/v1/auth_internal_service';
import type { KeyDirectory } from '@tollgate/credentials';
import { handler } from '@tollgate/runtime/rpc';
import { toProtoKnownKey } from './known-key-proto.ts';

/** The key with a hash, of whichever tenant, from memory: for the copies that gates keep. */
export function findApiKey({ keys }: { keys: KeyDirectory }) {
  return handler(AuthInternalService.method.findApiKey, async ({ secretHash }) => {
    const key = await keys.find(secretHash);
    return key ? { key: toProtoKnownKey(key) } : {};
  });
}
