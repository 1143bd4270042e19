import { AuthService } from '@tollgate/api/tollgate/auth/v1/auth_service';
import { handler } from '@tollgate/runtime/rpc';
import type { KeyRing } from './key-ring.ts';

/** The public keys that access tokens are signed with, from memory. */
export function getJsonWebKeySet({ keyRing }: { keyRing: KeyRing }) {
  return handler(AuthService.method.getJsonWebKeySet, async () => ({
    keys: keyRing.published().map(({ kid, x }) => ({
      kty: 'OKP',
      crv: 'Ed25519',
      x,
      kid,
      alg: 'EdDSA',
      use: 'sig',
    })),
  }));
}
