import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf';
import { HeaderValueOption_HeaderAppendAction } from '@tollgate/api/envoy/config/core/v3/base';
import {
  Authorization,
  type CheckRequest,
  type CheckResponseSchema,
} from '@tollgate/api/envoy/service/auth/v3/external_auth';
import { StatusCode } from '@tollgate/api/envoy/type/v3/http_status';
import { type GrpcPeer, serveGrpcPeer, unary } from './grpc-peer.ts';

/** What the test's Auth was asked about one request. */
export interface SeenCheck {
  readonly method: string;
  readonly path: string;
  readonly requestId: string;
  /** The route's context: `class`, `access`, `upstream`. */
  readonly context: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

export interface AuthPeer extends GrpcPeer {
  readonly seen: SeenCheck[];
  /** Replaces the decision for the requests that follow; undefined restores it. */
  answerWith(decide: ((check: SeenCheck) => CheckAnswer) | undefined): void;
  /** What it would say, without having been asked: a gate that decides alone says the same. */
  decide(check: SeenCheck): CheckAnswer;
}

export type CheckAnswer = MessageInitShape<typeof CheckResponseSchema>;

/** The one API key that the test's Auth knows. */
export const testKey = 'tg_test_Zz9Zz9Zz9Zz9Zz9Zz9Zz9Zz9Zz9Zz91npfkH';
/** One that looks as good, and is nobody's. */
export const nobodysKey = 'tg_test_0000000000000000000000000000000hAotN';

/** An Auth that knows one key, by `x-api-key`, and decides as the real one does by the route. */
export async function startAuthPeer(): Promise<AuthPeer> {
  const seen: SeenCheck[] = [];
  let decide: (check: SeenCheck) => CheckAnswer = decideByKey;
  const peer = await serveGrpcPeer([
    unary(Authorization.method.check, (request: CheckRequest) => {
      const check = toSeen(request);
      seen.push(check);
      return decide(check);
    }),
  ]);
  return {
    ...peer,
    seen,
    answerWith: (other) => {
      decide = other ?? decideByKey;
    },
    decide: (check) => decide(check),
  };
}

function toSeen({ attributes }: CheckRequest): SeenCheck {
  const http = attributes?.request?.http;
  const pairs = http?.headerMap?.headers ?? [];
  const headers = Object.fromEntries(
    pairs.map(({ key, value, rawValue }) => [key, value || new TextDecoder().decode(rawValue)]),
  );
  return {
    method: http?.method ?? '',
    path: http?.path ?? '',
    requestId: headers['x-request-id'] ?? '',
    context: attributes?.contextExtensions ?? {},
    headers,
  };
}

function decideByKey({ headers, context }: SeenCheck): CheckAnswer {
  const key = headers['x-api-key'] ?? /^Bearer (tg_.*)$/.exec(headers['authorization'] ?? '')?.[1];
  if (key === testKey) {
    const carrier = 'x-api-key' in headers ? 'x-api-key' : 'authorization';
    return admitted({ tenant: 'ten_test', key: 'key_test' }, carrier);
  }
  if (key !== undefined) return refused('CREDENTIAL_INVALID', 'the credential is not valid');
  if (context['access'] === 'public') return admitted({ tenant: 'anonymous', key: 'none' });
  return refused('CREDENTIAL_MISSING', 'a credential is needed');
}

/** OK, with the identity that the limiter and the upstream see. */
export function admitted(
  identity: { tenant: string; key: string },
  carrier = 'x-api-key',
): CheckAnswer {
  const header = (key: string, value: string) => ({
    header: { key, value },
    appendAction: HeaderValueOption_HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD,
  });
  const headers = [
    header('x-tollgate-token', 'issued'),
    header('x-tollgate-tenant', identity.tenant),
  ];
  return {
    status: { code: 0 },
    httpResponse: { case: 'okResponse', value: { headers, headersToRemove: [carrier] } },
    dynamicMetadata: metadata({ ...identity, environment: 'test', key_limit: 'none' }),
  };
}

/** A denial, with the sentence and reason that reach the answer. */
export function refused(reason: string, sentence: string, status: 401 | 403 = 401): CheckAnswer {
  const code = status === 401 ? StatusCode.Unauthorized : StatusCode.Forbidden;
  const challenge = { header: { key: 'www-authenticate', value: 'Bearer realm="tollgate"' } };
  return {
    status: { code: status === 401 ? 16 : 7 },
    httpResponse: {
      case: 'deniedResponse',
      value: { status: { code }, headers: status === 401 ? [challenge] : [], body: sentence },
    },
    dynamicMetadata: metadata({
      tenant: 'anonymous',
      key: 'none',
      environment: 'test',
      key_limit: 'none',
      reason,
    }),
  };
}

function metadata(values: Readonly<Record<string, string>>): JsonObject {
  return { ...values };
}
