import { defaultKeyScopes, isInternal, isPermission } from '@tollgate/api';

/** Scopes for a new key, or why not. */
export type ScopeDecision =
  | { readonly scopes: readonly string[] }
  /** Which of those wanted are no permissions a key may have, by their positions. */
  | { readonly unknown: readonly number[] }
  | { readonly notHeld: string };

/**
 * The scopes a caller may give a key. None wanted: what a key usually needs, as far as the caller has
 * it itself. A scope that does not exist is a mistake, one that the caller lacks is refused.
 */
export function decideScopes(wanted: readonly string[], held: ReadonlySet<string>): ScopeDecision {
  if (wanted.length === 0) return { scopes: defaultKeyScopes.filter((scope) => held.has(scope)) };
  const unknown = wanted.flatMap((scope, index) =>
    isPermission(scope) && !isInternal(scope) ? [] : [index],
  );
  if (unknown.length > 0) return { unknown };
  const notHeld = wanted.find((scope) => !held.has(scope));
  return notHeld === undefined ? { scopes: wanted } : { notHeld };
}
