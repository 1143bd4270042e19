import { type Access, internalTokenHeader, type Principal } from '@tollgate/api';
import { credentialMissing, permissionDenied } from '../errors/shared-failures.ts';
import type { TokenVerifier } from '../identity/token-verifier.ts';

/** Nobody in particular: what calls a public RPC without a token. */
const anonymous: Principal = {
  kind: 'anonymous',
  subject: 'anonymous',
  environment: 'live',
  permissions: new Set(),
};

/**
 * The principal of a call that may go on. Throws CREDENTIAL_MISSING, CREDENTIAL_INVALID,
 * CREDENTIAL_EXPIRED or PERMISSION_DENIED. A token that is there must be good, on public RPCs too.
 */
export async function authorize(
  header: Headers,
  { access, verifier }: { access: Access; verifier: TokenVerifier },
): Promise<Principal> {
  const token = header.get(internalTokenHeader);
  const principal = token === null ? anonymous : await verifier.verify(token);
  if (access.kind === 'public') return principal;
  if (principal.kind === 'anonymous') throw credentialMissing();
  if (!principal.permissions.has(access.permission)) throw permissionDenied(access.permission);
  return principal;
}
