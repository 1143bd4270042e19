import { requestIdHeader } from '@tollgate/api';
import { any, type ConfigObject, extension } from './config-object.ts';

/** What a route counts as: a protected API, whose calls are counted and billed, or Tollgate's own. */
export type RouteClass = 'upstream' | 'api';

/** Where Auth's word on a caller stands. */
export const identityMetadata = 'envoy.filters.http.ext_authz';
/** Where the gate's word on a call stands. */
export const decisionMetadata = 'envoy.filters.http.ratelimit';

/** Where the response filter leaves a value, and only when the answer is a 5xx. */
export const giveBackMetadata = { namespace: 'tollgate', key: 'give_back' };

/**
 * The descriptors of a route. `admit` asks before the upstream sees the request. `giveback` is sent
 * when the stream of an upstream's call ends, and only for a 5xx: for any other answer its
 * `hits_addend` has no value, and Envoy then makes no call.
 *
 * No action may fail, because Envoy drops a descriptor with a failed action, and with none left it
 * lets the request pass undecided: each has a constant, a default, or a value that always exists.
 */
export function routeRateLimits(route: { class: RouteClass; name: string }): ConfigObject {
  const byAuth = (key: string, otherwise: string) =>
    fromMetadata(key, { namespace: identityMetadata, key, otherwise });
  const identified = [
    byAuth('tenant', 'anonymous'),
    byAuth('environment', 'live'),
    byAuth('key', 'none'),
  ];
  const admit = {
    actions: [
      constant('phase', 'admit'),
      ...identified,
      byAuth('key_limit', 'none'),
      constant('class', route.class),
      constant('route', route.name),
      clientAddress,
      requestId,
    ],
    hits_addend: { number: 1 },
  };
  const giveback = {
    actions: [
      constant('phase', 'giveback'),
      ...identified,
      requestId,
      fromMetadata('reservation', {
        namespace: decisionMetadata,
        key: 'reservation',
        otherwise: 'none',
      }),
    ],
    ...whenFailed,
  };
  return any('envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute', {
    rate_limits: route.class === 'upstream' ? [admit, giveback] : [admit],
  });
}

/**
 * The descriptors of a route whose calls bring an API key in `header` and are decided in one call.
 * The route matches only where the header is, so that the first one cannot fail. Of the two that
 * give back, each is dropped where what it needs is not there: the gate's word is missing when it
 * never came, and the credential when the call has gone on to the upstream.
 */
export function oneCallRateLimits(route: { name: string; header: string }): ConfigObject {
  const credential = wholeHeader(route.header);
  const asked = [credential, constant('class', 'upstream'), constant('route', route.name)];
  const admit = {
    actions: [constant('phase', 'admit'), ...asked, clientAddress, requestId],
    hits_addend: { number: 1 },
  };
  const said = (key: string) => fromMetadata(key, { namespace: decisionMetadata, key });
  const decided = {
    actions: [
      constant('phase', 'giveback'),
      said('tenant'),
      said('environment'),
      said('key'),
      requestId,
      said('reservation'),
    ],
    ...whenFailed,
  };
  const undecided = {
    actions: [constant('phase', 'giveback'), ...asked, requestId],
    ...whenFailed,
  };
  return any('envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute', {
    rate_limits: [admit, decided, undecided],
  });
}

/**
 * Every value of a header, with commas between them: of one that came twice the action
 * `request_headers` would show the first value only, and the second would be taken off unseen.
 */
function wholeHeader(name: string): ConfigObject {
  return {
    extension: extension(
      'whole-header',
      'envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor',
      {
        descriptor_key: name,
        text: `request.headers['${name}']`,
      },
    ),
  };
}

/** Asked when the stream has ended, and only after a 5xx: else there is no value. */
const whenFailed: ConfigObject = {
  apply_on_stream_done: true,
  hits_addend: {
    format: `%DYNAMIC_METADATA(${giveBackMetadata.namespace}:${giveBackMetadata.key})%`,
  },
};

/** Envoy sets the request id itself and takes none from a client: it always exists, and is new. */
const requestId = {
  request_headers: { header_name: requestIdHeader, descriptor_key: 'rid' },
};

/** Entry `masked_remote_address`, such as `192.0.2.7/32`; an IPv6 client is its /64. */
export const clientAddress = {
  masked_remote_address: { v4_prefix_mask_len: 32, v6_prefix_mask_len: 64 },
};

function constant(key: string, value: string): ConfigObject {
  return { generic_key: { descriptor_key: key, descriptor_value: value } };
}

function fromMetadata(
  descriptorKey: string,
  { namespace, key, otherwise }: { namespace: string; key: string; otherwise?: string },
): ConfigObject {
  return {
    metadata: {
      descriptor_key: descriptorKey,
      ...(otherwise === undefined ? {} : { default_value: otherwise }),
      metadata_key: { key: namespace, path: [{ key }] },
    },
  };
}
