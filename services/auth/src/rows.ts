import { SigningKeyRow } from './access-tokens/signing-key-row.ts';
import { ApiKeyRow } from './api-keys/api-key-row.ts';
import { RefreshTokenRow } from './sessions/refresh-token-row.ts';
import { SessionRow } from './sessions/session-row.ts';
import { UserRow } from './users/user-row.ts';

/** Every row of Auth's schema, for the database to know. */
export const rows = [UserRow, SessionRow, RefreshTokenRow, ApiKeyRow, SigningKeyRow];
