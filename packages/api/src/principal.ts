import type { Environment, Role } from './gen/words.ts';
import type { TenantId } from './ids.ts';

/** What is known of every caller. */
interface AnyPrincipal {
  /** `usr_…`, `key_…`, `service:<name>` or `anonymous`. */
  readonly subject: string;
  readonly environment: Environment;
  /** Everything the caller may do. */
  readonly permissions: ReadonlySet<string>;
}

/** A user, in one of the tenants that it belongs to. */
export interface UserPrincipal extends AnyPrincipal {
  readonly kind: 'user';
  readonly tenantId: TenantId;
  /** What the user is in the tenant. */
  readonly role: Role;
  /** `ses_…` of the user's session. */
  readonly sessionId?: string;
}

/** An API key of a tenant. */
export interface ApiKeyPrincipal extends AnyPrincipal {
  readonly kind: 'api_key';
  readonly tenantId: TenantId;
  /** `key_…` */
  readonly keyId: string;
}

/** Nobody in particular, of no tenant. */
export interface AnonymousPrincipal extends AnyPrincipal {
  readonly kind: 'anonymous';
  readonly tenantId?: undefined;
}

/** A service of ours, of no tenant. */
export interface ServicePrincipal extends AnyPrincipal {
  readonly kind: 'service';
  readonly tenantId?: undefined;
}

/** Who calls, as a verified internal token says. Plain data; made by `TokenVerifier` only. */
export type Principal = UserPrincipal | ApiKeyPrincipal | AnonymousPrincipal | ServicePrincipal;
