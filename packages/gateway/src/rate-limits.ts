import { requestIdHeader } from '@tollgate/api';
import { any, type ConfigObject } from './config-object.ts';

/** What a route counts as: a protected API, whose calls are counted and billed, or Tollgate's own. */
export type RouteClass = 'upstream' | 'api';

const identity = 'envoy.filters.http.ext_authz';
const decision = 'envoy.filters.http.ratelimit';

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
  const admit = {
    actions: [
      constant('phase', 'admit'),
      fromMetadata('tenant', { namespace: identity, key: 'tenant', otherwise: 'anonymous' }),
      fromMetadata('environment', { namespace: identity, key: 'environment', otherwise: 'live' }),
      fromMetadata('key', { namespace: identity, key: 'key', otherwise: 'none' }),
      fromMetadata('key_limit', { namespace: identity, key: 'key_limit', otherwise: 'none' }),
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
      fromMetadata('tenant', { namespace: identity, key: 'tenant', otherwise: 'anonymous' }),
      fromMetadata('environment', { namespace: identity, key: 'environment', otherwise: 'live' }),
      fromMetadata('key', { namespace: identity, key: 'key', otherwise: 'none' }),
      requestId,
      fromMetadata('reservation', { namespace: decision, key: 'reservation', otherwise: 'none' }),
    ],
    apply_on_stream_done: true,
    hits_addend: {
      format: `%DYNAMIC_METADATA(${giveBackMetadata.namespace}:${giveBackMetadata.key})%`,
    },
  };
  return any('envoy.extensions.filters.http.ratelimit.v3.RateLimitPerRoute', {
    rate_limits: route.class === 'upstream' ? [admit, giveback] : [admit],
  });
}

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
  { namespace, key, otherwise }: { namespace: string; key: string; otherwise: string },
): ConfigObject {
  return {
    metadata: {
      descriptor_key: descriptorKey,
      default_value: otherwise,
      metadata_key: { key: namespace, path: [{ key }] },
    },
  };
}
