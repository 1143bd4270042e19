import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  CheckRequest,
  CheckResponseSchema,
} from '@tollgate/api/envoy/service/auth/v3/external_auth';
import { credentialHeaders, type Header, readCredential } from '../domain/credential.ts';
import { allow, deny } from './answer.ts';
import { missing, notAllowed } from './denial.ts';
import type { createIdentify } from './identify.ts';
import type { Identity } from './identity.ts';

/** What the route says about itself; set by the gateway's configuration, never by a client. */
export interface RouteContext {
  /** A customer's upstream, whose calls are counted and billed, or Tollgate's own API. */
  readonly class: 'upstream' | 'api';
  /** Whether a call without a credential may pass. */
  readonly access: 'public' | 'credential';
}

/**
 * Envoy's question about one request: who is it, and may it pass. Answers from memory. It decides by
 * the route's context and the credential, never by the path. A fault of ours is thrown, so that the
 * gateway answers 503: a denial would tell a good caller that its credential is bad.
 */
export function createCheck(parts: {
  identify: ReturnType<typeof createIdentify>;
  tokenOf: (identity: Identity) => Promise<string>;
}) {
  return async function check(
    request: CheckRequest,
  ): Promise<MessageInitShape<typeof CheckResponseSchema>> {
    const context = contextOf(request);
    const credential = readCredential(headersOf(request));
    const identity = await parts.identify(credential, context.access);
    if ('status' in identity) return deny(identity, context);
    if (context.class === 'upstream' && !identity.permissions.has('upstream.invoke')) {
      // Nobody in particular is not known, so it is asked for a credential.
      return deny(identity.claims.kind === 'anonymous' ? missing : notAllowed, context);
    }
    const carriers = 'carriers' in credential ? credential.carriers : [];
    return allow({ identity, context, carriers, token: await parts.tokenOf(identity) });
  };
}

/** The route's context. A route that says nothing is treated as the strictest kind. */
function contextOf({ attributes }: CheckRequest): RouteContext {
  const { class: routeClass, access } = attributes?.contextExtensions ?? {};
  return {
    class: routeClass === 'api' ? 'api' : 'upstream',
    access: access === 'public' ? 'public' : 'credential',
  };
}

/** The headers that may carry a credential, in whichever of the two forms Envoy sends them. */
function headersOf({ attributes }: CheckRequest): Header[] {
  const http = attributes?.request?.http;
  const raw = (http?.headerMap?.headers ?? [])
    .filter(({ key }) => isCredentialHeader(key))
    .map(({ key, value, rawValue }) => ({
      name: key,
      // Credentials are ASCII: any other byte makes a text that is none.
      value: value === '' ? Buffer.from(rawValue).toString('latin1') : value,
    }));
  const plain = Object.entries(http?.headers ?? {})
    .filter(([name]) => isCredentialHeader(name))
    .map(([name, value]) => ({ name, value }));
  return [...raw, ...plain];
}

function isCredentialHeader(name: string): boolean {
  return (credentialHeaders as readonly string[]).includes(name);
}
