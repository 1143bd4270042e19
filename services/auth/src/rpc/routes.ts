import type { Client } from '@connectrpc/connect';
import type { BillingInternalService } from '@tollgate/api/tollgate/billing/v1/billing_internal_service';
import type { RpcHandler } from '@tollgate/runtime/rpc';
import type { KeyRing } from '../tokens/key-ring.ts';
import { type CreateApiKeyParts, createApiKey } from './create-api-key.ts';
import { getApiKey } from './get-api-key.ts';
import { getJsonWebKeySet } from './get-json-web-key-set.ts';
import { getMe } from './get-me.ts';
import { listApiKeys } from './list-api-keys.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { type RefreshParts, refresh } from './refresh.ts';
import { revokeApiKey } from './revoke-api-key.ts';
import { type SignUpParts, signUp } from './sign-up.ts';

/** Everything the RPCs work with, together. */
export interface RouteParts extends SignUpParts, RefreshParts, CreateApiKeyParts {
  readonly billing: Client<typeof BillingInternalService>;
  readonly keyRing: KeyRing;
}

/** Every RPC that Auth serves. */
export function routes(parts: RouteParts): RpcHandler[] {
  return [
    signUp(parts),
    login(parts),
    refresh(parts),
    logout(parts),
    getMe(parts),
    createApiKey(parts),
    listApiKeys(parts),
    getApiKey(parts),
    revokeApiKey(parts),
    getJsonWebKeySet(parts),
  ];
}
