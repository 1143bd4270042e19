import { errorDomain, requestIdHeader } from '@tollgate/api';
import type { ConfigObject } from './config-object.ts';
import { decisionMetadata, identityMetadata } from './rate-limits.ts';

/** google.rpc.Code and Connect's name of it for each status that Envoy answers itself. */
const statuses: Readonly<Record<number, { code: number; connect: string }>> = {
  400: { code: 3, connect: 'invalid_argument' },
  401: { code: 16, connect: 'unauthenticated' },
  403: { code: 7, connect: 'permission_denied' },
  404: { code: 5, connect: 'not_found' },
  405: { code: 12, connect: 'unimplemented' },
  408: { code: 4, connect: 'deadline_exceeded' },
  413: { code: 8, connect: 'resource_exhausted' },
  415: { code: 3, connect: 'invalid_argument' },
  426: { code: 9, connect: 'failed_precondition' },
  429: { code: 8, connect: 'resource_exhausted' },
  431: { code: 8, connect: 'resource_exhausted' },
  500: { code: 13, connect: 'internal' },
  502: { code: 14, connect: 'unavailable' },
  503: { code: 14, connect: 'unavailable' },
  504: { code: 4, connect: 'deadline_exceeded' },
};

const domain = errorDomain;
const sentence = '%LOCAL_REPLY_BODY%';
const requestId = `%REQ(${requestIdHeader})%`;

/**
 * gRPC, and what the filters made of gRPC-Web. A transcoded JSON call looks the same by its content
 * type, but has its original path in a header.
 */
const calledByGrpc = all(
  headerMatches('content-type', { prefix: 'application/grpc' }),
  headerFilter({ name: 'x-envoy-original-path', present_match: true, invert_match: true }),
);

/**
 * The form of every answer that Envoy makes itself: `google.rpc.Status` as JSON, and what gRPC,
 * gRPC-Web and Connect clients understand. The first matching mapper wins, so their order counts.
 * Auth and the gate send a short sentence, which stands here as {@link sentence}.
 */
export function localReplies(): ConfigObject {
  return {
    mappers: [
      ...refusedByGate(401),
      ...refusedByGate(403),
      ...stoppedByGuard(),
      grpcWebLimited,
      grpcText,
      ...connectStreamLimited(),
      ...connectUnary(),
      ...limited(),
      unavailable('RLSE', 'limits cannot be checked now'),
      unavailable('UAEX', 'credentials cannot be checked now'),
      denied(401),
      denied(403),
      { filter: status(200), body_format_override: { json_format: { status: 'ok' } } },
      ...Object.entries(statuses).map(([code, names]) => ({
        filter: status(Number(code)),
        body_format_override: { json_format: { code: names.code, message: sentence, details: [] } },
      })),
    ],
    body_format: { json_format: { code: 2, message: sentence, details: [] } },
  };
}

/**
 * The gate can only say "over the limit", and says in `status` when it means the credential: it
 * becomes what Auth's refusal would be, in every protocol.
 */
function refusedByGate(code: 401 | 403): ConfigObject[] {
  const names = statuses[code];
  const meant = all(status(429), gateSaid('status', { string_match: { exact: String(code) } }));
  return [
    {
      filter: all(calledByGrpc, meant),
      status_code: code,
      // Envoy has put 8 there; of two, this is the one that stays.
      headers_to_add: [header('grpc-status', String(names?.code))],
      body_format_override: { text_format_source: { inline_string: sentence } },
    },
    {
      filter: all(headerPresent('connect-protocol-version'), meant),
      status_code: code,
      body_format_override: { json_format: { code: names?.connect, message: sentence } },
    },
    {
      filter: meant,
      status_code: code,
      body_format_override: refusalForm(code, gateValue('reason')),
    },
  ];
}

/**
 * The guard of calls that the gate decides alone has met one that it never decided: a 403 of which
 * Auth left no reason. It is a fault of ours.
 */
function stoppedByGuard(): ConfigObject[] {
  const stopped = all(status(403), {
    metadata_filter: {
      matcher: {
        filter: identityMetadata,
        path: [{ key: 'reason' }],
        // A reason is never empty: this matches only where there is none.
        value: { string_match: { exact: '' } },
      },
      match_if_key_not_found: true,
    },
  });
  const sentence = 'the call was not decided';
  return [
    {
      filter: all(calledByGrpc, stopped),
      status_code: 503,
      headers_to_add: [header('grpc-status', '14')],
      body_format_override: { text_format_source: { inline_string: sentence } },
    },
    { ...unavailableForm(sentence), filter: stopped, status_code: 503 },
  ];
}

const grpcWebLimited: ConfigObject = {
  filter: all(headerPresent('x-grpc-web'), status(429)),
  status_code: 200,
  headers_to_add: [header('grpc-status', '8'), header('grpc-message', 'rate limit exceeded')],
  body_format_override: { text_format_source: { inline_string: '' } },
};

/** The text becomes `grpc-message`. */
const grpcText: ConfigObject = {
  filter: calledByGrpc,
  body_format_override: { text_format_source: { inline_string: sentence } },
};

/** A Connect stream ends with one frame: flag 2, the length in four bytes, an error as JSON. */
function connectStreamLimited(): ConfigObject[] {
  const error = '{"error":{"code":"resource_exhausted","message":"rate limit exceeded"}}';
  const frame = `\u0002\0\0\0${String.fromCharCode(error.length)}${error}`;
  return ['application/connect+json', 'application/connect+proto'].map((contentType) => ({
    filter: all(headerMatches('content-type', { exact: contentType }), status(429)),
    status_code: 200,
    body_format_override: {
      content_type: contentType,
      text_format_source: { inline_string: frame },
    },
  }));
}

/** Connect's own error form. Without details: with foreign ones clients lose code and message. */
function connectUnary(): ConfigObject[] {
  return Object.entries(statuses).map(([code, { connect }]) => ({
    filter: all(headerPresent('connect-protocol-version'), status(Number(code))),
    ...(code === '503' ? { headers_to_add: [header('retry-after', '1')] } : {}),
    body_format_override: { json_format: { code: connect, message: sentence } },
  }));
}

/** 429: of the gate, which says whether it was a rate or a quota, and of the address shield. */
function limited(): ConfigObject[] {
  const set = (key: string): ConfigObject => gateSaid(key, { present_match: true });
  const form = (reason: string): ConfigObject => ({
    json_format: {
      code: 8,
      message: sentence,
      details: [
        {
          ...errorInfo(reason),
          metadata: { limit: gateValue('limit_id'), request_id: requestId },
        },
        {
          '@type': 'type.googleapis.com/google.rpc.RetryInfo',
          retry_delay: `${gateValue('reset')}s`,
        },
      ],
    },
  });
  return [
    { filter: all(status(429), set('reason')), body_format_override: form(gateValue('reason')) },
    { filter: all(status(429), set('limit_id')), body_format_override: form('RATE_LIMITED') },
    {
      filter: status(429),
      body_format_override: {
        json_format: {
          code: 8,
          message: 'too many requests from this address',
          details: [
            {
              ...errorInfo('RATE_LIMITED'),
              metadata: { limit: 'client-address', request_id: requestId },
            },
          ],
        },
      },
    },
  ];
}

/** Auth or the gate gave no answer. */
function unavailable(flag: 'RLSE' | 'UAEX', message: string): ConfigObject {
  return {
    filter: all({ response_flag_filter: { flags: [flag] } }, status(503)),
    ...unavailableForm(message),
  };
}

function unavailableForm(message: string): ConfigObject {
  const reason = errorInfo('DEPENDENCY_UNAVAILABLE');
  return {
    headers_to_add: [header('retry-after', '1')],
    body_format_override: {
      json_format: {
        code: 14,
        message,
        details: [{ ...reason, metadata: { request_id: requestId } }],
      },
    },
  };
}

/** Auth's refusal, with the reason that it left as metadata. */
function denied(code: 401 | 403): ConfigObject {
  const reason = `%DYNAMIC_METADATA(${identityMetadata}:reason)%`;
  return { filter: status(code), body_format_override: refusalForm(code, reason) };
}

function refusalForm(code: 401 | 403, reason: string): ConfigObject {
  return {
    json_format: {
      code: statuses[code]?.code,
      message: sentence,
      details: [{ ...errorInfo(reason), metadata: { request_id: requestId } }],
    },
  };
}

/** A text that the gate left about its decision; `null` where it left none. */
function gateValue(key: string): string {
  return `%DYNAMIC_METADATA(${decisionMetadata}:${key})%`;
}

function gateSaid(key: string, value: ConfigObject): ConfigObject {
  return {
    metadata_filter: {
      matcher: { filter: decisionMetadata, path: [{ key }], value },
      match_if_key_not_found: false,
    },
  };
}

function errorInfo(reason: string): ConfigObject {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain };
}

function header(key: string, value: string): ConfigObject {
  return { header: { key, value } };
}

function all(...filters: readonly ConfigObject[]): ConfigObject {
  return { and_filter: { filters } };
}

function status(code: number): ConfigObject {
  const value = { default_value: code, runtime_key: 'none' };
  return { status_code_filter: { comparison: { op: 'EQ', value } } };
}

function headerPresent(name: string): ConfigObject {
  return headerFilter({ name, present_match: true });
}

function headerMatches(name: string, match: ConfigObject): ConfigObject {
  return headerFilter({ name, string_match: match });
}

function headerFilter(matcher: ConfigObject): ConfigObject {
  return { header_filter: { header: matcher } };
}
