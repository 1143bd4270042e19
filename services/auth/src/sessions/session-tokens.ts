import type { Role, TenantId } from '@tollgate/api';
import { accessTokenSeconds } from './domain/session.ts';
import type { AccessTokens } from '../access-tokens/access-tokens.ts';

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
    tokenType: 'bearer',
    expiresIn: accessTokenSeconds,
    refreshToken,
  };
}
