import type { AccessClaims, AccessTokens } from '../access-tokens/access-tokens.ts';
import { accessTokenSeconds } from '../access-tokens/domain/access-token.ts';

/** The tokens of an open session, as SignUp, Login and Refresh answer them. */
export async function sessionTokens(
  accessTokens: AccessTokens,
  session: Omit<AccessClaims, 'expiresAtMs'> & { readonly refreshToken: string },
) {
  const { refreshToken, ...claims } = session;
  return {
    accessToken: await accessTokens.sign(claims),
    tokenType: 'bearer' as const,
    expiresIn: accessTokenSeconds,
    refreshToken,
  };
}
