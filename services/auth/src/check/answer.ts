import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { HeaderValueOption_HeaderAppendAction as AppendAction } from '@tollgate/api/envoy/config/core/v3/base';
import type { CheckResponseSchema } from '@tollgate/api/envoy/service/auth/v3/external_auth';
import { internalTokenHeader } from '@tollgate/runtime';
import type { RouteContext } from './check.ts';
import type { Denial } from './denial.ts';
import type { Identity } from './identity.ts';

type Answer = MessageInitShape<typeof CheckResponseSchema>;

/**
 * The answer that lets a request pass. Tollgate's own API gets the internal token, a customer's
 * upstream only the names of tenant and key: it could do things in the caller's name with a token.
 * The credential itself travels no further.
 */
export function allow(parts: {
  identity: Identity;
  context: RouteContext;
  /** Headers that carried the credential. */
  carriers: readonly string[];
  token: string;
}): Answer {
  const { identity, context, carriers, token } = parts;
  const own = context.class === 'api' ? [header(internalTokenHeader, token)] : [];
  return {
    status: { code: 0 },
    httpResponse: {
      case: 'okResponse',
      value: {
        headers: [
          ...own,
          header('x-tollgate-tenant', identity.tenant),
          header('x-tollgate-key', identity.key),
        ],
        headersToRemove: [...carriers],
      },
    },
    dynamicMetadata: metadataOf(identity, context),
  };
}

/** The answer that stops a request, with a sentence; the gateway makes the public error of it. */
export function deny({ status, reason, sentence }: Denial, context: RouteContext): Answer {
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

function header(key: string, value: string) {
  return { header: { key, value }, appendAction: AppendAction.OVERWRITE_IF_EXISTS_OR_ADD };
}
