import type { Environment } from '@tollgate/api/words';
import type { KeyLimit } from '@tollgate/credentials/known-key';
import { newKeyInvalid, otherEnvironment, scopeNotHeld } from '../../errors.ts';
import type { ApiKey } from './api-key.ts';
import { decideScopes } from './key-scopes.ts';

/** The window of a key's own limit when its length is not given, in seconds. */
const limitSecondsDefault = 60;

/** A key as somebody wants it. */
export interface WantedKey {
  readonly name: string;
  /** Empty: the maker's own. */
  readonly environment: Environment | '';
  /** None: what a key usually needs. */
  readonly scopes: readonly string[];
  /** Absent: it never expires. */
  readonly expireTime?: Temporal.Instant | undefined;
  /** Absent: none of its own. No seconds: a minute. */
  readonly limit?: KeyLimit | undefined;
}

/** Who makes a key. */
export interface KeyMaker {
  readonly permissions: ReadonlySet<string>;
  /** Of the key that makes the new one; absent for a user, who makes keys of both. */
  readonly keyEnvironment?: Environment | undefined;
}

/** What is decided about a key before it has an id and a secret. */
export type NewKey = Pick<ApiKey, 'name' | 'environment' | 'scopes' | 'expireTime' | 'limit'>;

/**
 * What the key will be. Throws INVALID_INPUT for scopes that do not exist and for an end that is not
 * in the future, SCOPE_NOT_HELD for what the maker may not do itself, PERMISSION_DENIED where a key
 * would make one of the other environment.
 */
export function decideNewKey(
  wanted: WantedKey,
  { maker, at }: { readonly maker: KeyMaker; readonly at: Temporal.Instant },
): NewKey {
  const { name, expireTime, limit } = wanted;
  const decided = decideScopes(wanted.scopes, maker.permissions);
  const unknownScopes = 'unknown' in decided ? decided.unknown : [];
  const endsTooSoon = expireTime !== undefined && Temporal.Instant.compare(expireTime, at) <= 0;
  if (unknownScopes.length > 0 || endsTooSoon) throw newKeyInvalid({ unknownScopes, endsTooSoon });
  if ('notHeld' in decided) throw scopeNotHeld(decided.notHeld);
  return {
    name,
    environment: environmentOf(wanted.environment, maker),
    scopes: 'scopes' in decided ? decided.scopes : [],
    ...(expireTime ? { expireTime } : {}),
    ...(limit ? { limit: { ...limit, seconds: limit.seconds || limitSecondsDefault } } : {}),
  };
}

/** A key makes keys of its own environment only: nothing leads from test to live. */
function environmentOf(wanted: Environment | '', { keyEnvironment }: KeyMaker): Environment {
  if (wanted === '') return keyEnvironment ?? 'live';
  if (keyEnvironment !== undefined && keyEnvironment !== wanted) throw otherEnvironment();
  return wanted;
}
