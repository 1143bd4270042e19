import {
  type Denial,
  type Identify,
  type Identity,
  isDenial,
  missing,
  notAllowed,
  readCredential,
} from '@tollgate/credentials';
import { type CheckAnswer, createAllow, createDeny } from './answer.ts';
import { type CheckQuestion, contextOf, headersOf } from './question.ts';
import { whenKnown } from './when-known.ts';

/**
 * Envoy's question about one request: who is it, and may it pass. Answers from memory, and at once
 * when the caller's key is known. It decides by the route's context and the credential, never by the
 * path. A fault of ours is thrown, so that the gateway answers 503: a denial would tell a good caller
 * that its credential is bad.
 */
export function createCheck(parts: {
  identify: Identify;
  /** The internal token for a caller; asked for calls to Tollgate's own API only. */
  tokenOf: (identity: Identity) => string | Promise<string>;
}) {
  const allow = createAllow();
  const deny = createDeny();

  return function check(request: CheckQuestion): CheckAnswer | Promise<CheckAnswer> {
    const context = contextOf(request);
    const credential = readCredential(headersOf(request));
    const carriers = 'carriers' in credential ? credential.carriers : [];

    function answer(identity: Identity | Denial): CheckAnswer | Promise<CheckAnswer> {
      if (isDenial(identity)) return deny(identity, context);
      if (context.class === 'api') {
        const token = parts.tokenOf(identity);
        return whenKnown(token, (known) => allow({ identity, context, carriers, token: known }));
      }
      if (identity.permissions.has('upstream.invoke'))
        return allow({ identity, context, carriers });
      // Nobody in particular is not known, so it is asked for a credential.
      return deny(identity.claims.kind === 'anonymous' ? missing : notAllowed, context);
    }
    return whenKnown(parts.identify(credential, context.access), answer);
  };
}
