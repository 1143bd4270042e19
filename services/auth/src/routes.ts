import type { RpcHandler } from '@tollgate/runtime/rpc';
import { getJsonWebKeySet } from './access-tokens/get-json-web-key-set.ts';
import type { KeyRing } from './access-tokens/key-ring.ts';
import { type CreateApiKeyParts, createApiKey } from './api-keys/create-api-key.ts';
import { findApiKey } from './api-keys/find-api-key.ts';
import { getApiKey } from './api-keys/get-api-key.ts';
import { listApiKeys } from './api-keys/list-api-keys.ts';
import { listChangedApiKeys } from './api-keys/list-changed-api-keys.ts';
import { revokeApiKey } from './api-keys/revoke-api-key.ts';
import { type LoginParts, login } from './sessions/login.ts';
import { logout } from './sessions/logout.ts';
import { type RefreshParts, refresh } from './sessions/refresh.ts';
import { type SignUpParts, signUp } from './sign-up/sign-up.ts';
import { type GetMeParts, getMe } from './users/get-me.ts';

/** Everything the RPCs work with, together. */
export interface RouteParts
  extends SignUpParts,
    LoginParts,
    RefreshParts,
    GetMeParts,
    CreateApiKeyParts {
  readonly keyRing: KeyRing;
}

/** Every RPC that Auth serves; each handler gets what it works with and nothing else. */
export function routes(parts: RouteParts): RpcHandler[] {
  const { database, clock, passwords, loginLimit, accessTokens, tenants } = parts;
  const { sessions, keys, hashSecret, refreshKey, keyRing, billing, operatorEmail } = parts;
  const entering = { database, clock, passwords, loginLimit, accessTokens, tenants };
  return [
    signUp({ ...entering, operatorEmail }),
    login(entering),
    refresh({ database, clock, accessTokens, sessions, tenants, refreshKey }),
    logout({ database, clock, sessions }),
    getMe({ database, billing }),
    createApiKey({ database, clock, keys, hashSecret }),
    listApiKeys({ database, clock }),
    getApiKey({ database, clock }),
    revokeApiKey({ database, clock, keys }),
    getJsonWebKeySet({ keyRing }),
    findApiKey({ keys }),
    listChangedApiKeys({ database, clock }),
  ];
}
