import type { Client } from '@connectrpc/connect';
import type { BillingInternalService } from '@tollgate/api/tollgate/billing/v1/billing_internal_service';
import type { RpcHandler } from '@tollgate/runtime/rpc';
import type { KeyRing } from './access-tokens/key-ring.ts';
import { type CreateApiKeyParts, createApiKey } from './api-keys/create-api-key.ts';
import { getApiKey } from './api-keys/get-api-key.ts';
import { getJsonWebKeySet } from './access-tokens/get-json-web-key-set.ts';
import { getMe } from './users/get-me.ts';
import { listApiKeys } from './api-keys/list-api-keys.ts';
import { login } from './sessions/login.ts';
import { logout } from './sessions/logout.ts';
import { type RefreshParts, refresh } from './sessions/refresh.ts';
import { revokeApiKey } from './api-keys/revoke-api-key.ts';
import { type SignUpParts, signUp } from './sign-up/sign-up.ts';

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
