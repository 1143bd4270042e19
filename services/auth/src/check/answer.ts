import { Code } from '@connectrpc/connect';
import { internalTokenHeader, keyHeader, tenantHeader } from '@tollgate/api';
import { HeaderValueOption_HeaderAppendAction as AppendAction } from '@tollgate/api/envoy/config/core/v3/base';
import type { Denial, Identity } from '@tollgate/credentials';
import type { RouteContext } from './question.ts';

/**
 * What Auth says of Envoy's `CheckResponse`: protobuf-es takes it, and so does the own codec. One
 * answer serves many requests: it is never changed.
 */
export interface CheckAnswer {
  status: { code: number };
  httpResponse:
    | { case: 'okResponse'; value: { headers: AnswerHeader[]; headersToRemove: string[] } }
    | {
        case: 'deniedResponse';
        value: { status: { code: 401 | 403 }; headers: AnswerHeader[]; body: string };
      };
  /** Values are texts. */
  dynamicMetadata: Record<string, string>;
}

/** A header for the upstream, or of the denial. */
export interface AnswerHeader {
  header: { key: string; value: string };
  appendAction: AppendAction;
}

/** What an answer that lets a request pass is made of. */
export interface AllowParts {
  readonly identity: Identity;
  readonly context: RouteContext;
  /** Headers that carried the credential. */
  readonly carriers: readonly string[];
  /** The internal token, for Tollgate's own API. */
  readonly token?: string;
}

/**
 * Makes the answers that let a request pass, and remembers them as long as their identity lasts. A
 * caller that was revoked has no identity any more, so nothing needs to be taken back here.
 */
export function createAllow(): (parts: AllowParts) => CheckAnswer {
  const made = new WeakMap<Identity, { parts: AllowParts; answer: CheckAnswer }[]>();
  return (parts) => {
    let answers = made.get(parts.identity);
    if (!answers) made.set(parts.identity, (answers = []));
    const at = answers.findIndex((known) => isSameCall(known.parts, parts));
    const known = answers[at];
    if (known && known.parts.token === parts.token) return known.answer;
    const answer = allow(parts);
    // Few ways lead here: the class of the route and the one or two headers, in either order.
    answers[known ? at : answers.length] = { parts, answer };
    return answer;
  };
}

function isSameCall(a: AllowParts, b: AllowParts): boolean {
  return (
    a.context.class === b.context.class &&
    a.carriers.length === b.carriers.length &&
    a.carriers.every((name, at) => name === b.carriers[at])
  );
}

/**
 * The answer that lets a request pass. Tollgate's own API gets the internal token, a protected
 * API only the names of tenant and key: it could do things in the caller's name with a token.
 * The credential itself travels no further.
 */
function allow({ identity, context, carriers, token }: AllowParts): CheckAnswer {
  const own = token === undefined ? [] : [header(internalTokenHeader, token)];
  return {
    status: { code: 0 },
    httpResponse: {
      case: 'okResponse',
      value: {
        headers: [...own, header(tenantHeader, identity.tenant), header(keyHeader, identity.key)],
        headersToRemove: [...carriers],
      },
    },
    dynamicMetadata: metadataOf(identity, context),
  };
}

/**
 * The answer that stops a request, with a sentence; the gateway makes the public error of it. There
 * are few, each made once.
 */
export function createDeny(): (denial: Denial, context: RouteContext) => CheckAnswer {
  const made = new WeakMap<Denial, Map<RouteContext['class'], CheckAnswer>>();
  return (denial, context) => {
    let answers = made.get(denial);
    if (!answers) made.set(denial, (answers = new Map()));
    let answer = answers.get(context.class);
    if (!answer) answers.set(context.class, (answer = deny(denial, context)));
    return answer;
  };
}

function deny({ status, reason, sentence }: Denial, context: RouteContext): CheckAnswer {
  const nobody = { tenant: 'none', environment: 'live', key: 'none', keyLimit: 'none' } as const;
  return {
    status: { code: status === 401 ? Code.Unauthenticated : Code.PermissionDenied },
    httpResponse: {
      case: 'deniedResponse',
      value: {
        status: { code: status },
        headers: status === 401 ? [header('www-authenticate', 'Bearer realm="tollgate"')] : [],
        body: sentence,
      },
    },
    dynamicMetadata: { ...metadataOf(nobody, context), reason },
  };
}

/** What the limiter is told. Only texts that are not empty count: Envoy drops everything else. */
function metadataOf(
  identity: Pick<Identity, 'tenant' | 'environment' | 'key' | 'keyLimit'>,
  context: RouteContext,
): Record<string, string> {
  return {
    tenant: identity.tenant,
    environment: identity.environment,
    key: identity.key,
    key_limit: identity.keyLimit,
    class: context.class,
  };
}

function header(key: string, value: string): AnswerHeader {
  return { header: { key, value }, appendAction: AppendAction.OVERWRITE_IF_EXISTS_OR_ADD };
}
