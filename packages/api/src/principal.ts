import type { Environment, Role } from './gen/words.ts';
import type { TenantId } from './ids.ts';

/** What kind of caller stands behind a token. */
export type PrincipalKind = 'user' | 'api_key' | 'anonymous' | 'service';

/** Who calls, as a verified internal token says. Plain data; made by `TokenVerifier` only. */
export type Principal = {
  readonly kind: PrincipalKind;
  /** `usr_…`, `key_…`, `service:<name>` or `anonymous`. */
  readonly subject: string;
  /** The tenant the credential belongs to; absent for services and anonymous callers. */
  readonly tenantId?: TenantId;
  readonly environment: Environment;
  /** Role of a user in the tenant. */
  readonly role?: Role;
  /** `key_…` of the API key that called. */
  readonly keyId?: string;
  /** `ses_…` of the user's session. */
  readonly sessionId?: string;
  /** Everything the caller may do. */
  readonly permissions: ReadonlySet<string>;
};
