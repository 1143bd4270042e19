import { type TenantId } from '@tollgate/api';
import { type Role } from '@tollgate/api/words';
import { accessTokenSeconds } from '../domain/session.ts';
import type { AccessTokens } from '../tokens/access-tokens.ts';

/** The tokens of an open session, as SignUp, Login and Refresh answer them. */
export async function sessionTokens(
  accessTokens: AccessTokens,
  session: {
    sessionId: string;
    userId: string;
    tenantId: TenantId;
    role: Role;
    refreshToken: string;
  },
) {
  const { refreshToken, ...claims } = session;
  return {
    accessToken: await accessTokens.sign(claims),
    tokenType: 'bearer' as const,
    expiresIn: accessTokenSeconds,
    refreshToken,
  };
}
