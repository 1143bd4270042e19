import type { Environment } from '@tollgate/api/words';
import type { PrincipalClaims } from '@tollgate/runtime/rpc';

/** Who stands behind a request, as far as the gateway must know. */
export interface Identity {
  /** What the internal token says. */
  readonly claims: PrincipalClaims;
  /** `ten_…`, or `anonymous`. */
  readonly tenant: string;
  readonly environment: Environment;
  /** Id of the key, else of the user, else `none`: whose usage is counted by itself. */
  readonly key: string;
  /** `<requests>/<seconds>`, or `none`: the key's own limit. */
  readonly keyLimit: string;
  readonly permissions: ReadonlySet<string>;
  /** Two identities with the same text get the same internal token. */
  readonly cacheKey: string;
}

/** Nobody in particular, on a route that is open to all. */
export const anonymous: Identity = {
  claims: { kind: 'anonymous', subject: 'anonymous', environment: 'live' },
  tenant: 'anonymous',
  environment: 'live',
  key: 'none',
  keyLimit: 'none',
  permissions: new Set(),
  cacheKey: 'anonymous',
};
