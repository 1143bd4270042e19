import { any, type ConfigObject, extension } from '@tollgate/gateway/config-object';
import { clientAddress } from '@tollgate/gateway/rate-limits';
import type { EnvoyPorts } from '../processes/one-worker-envoy.ts';
import type { Contestant } from './contestant.ts';
import { gateKeyLimit } from './peer-questions.ts';

const http = 'envoy.extensions.filters.http';
const httpOptions = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** An Envoy that answers every request itself, at once: an upstream that is not the bottleneck. */
export function upstreamConfig(ports: EnvoyPorts): ConfigObject {
  return config(ports, [router()], [], {
    match: { prefix: '/' },
    direct_response: { status: 200, body: { inline_string: 'ok' } },
  });
}

/**
 * An Envoy with at most one filter. The limiter is asked as the filter does by itself: it is given
 * 20 ms, and then the request passes undecided.
 */
export function frontConfig(
  ports: EnvoyPorts & { readonly upstreamPort: number },
  limiter?: Pick<Contestant, 'addresses' | 'kind'>,
): ConfigObject {
  const upstream = cluster('upstream', [`127.0.0.1:${ports.upstreamPort}`]);
  const route = { match: { prefix: '/' }, route: { cluster: 'upstream' } };
  if (!limiter) return config(ports, [router()], [upstream], route);
  const clusters = [upstream, { ...cluster('limiter', limiter.addresses), ...http2 }];
  return config(ports, [limiterFilter(), router()], clusters, {
    ...route,
    typed_per_filter_config: {
      'envoy.filters.http.ratelimit': any(`${http}.ratelimit.v3.RateLimitPerRoute`, {
        rate_limits: limiter.kind === 'gate' ? gateLimits : ratelimitLimits,
      }),
    },
  });
}

function limiterFilter(): ConfigObject {
  return extension('envoy.filters.http.ratelimit', `${http}.ratelimit.v3.RateLimit`, {
    domain: 'tollgate',
    rate_limit_service: {
      transport_api_version: 'V3',
      grpc_service: { envoy_grpc: { cluster_name: 'limiter' } },
    },
  });
}

const fromHeader = (name: string, key: string): ConfigObject => ({
  request_headers: { header_name: name, descriptor_key: key },
});
const constant = (key: string, value: string): ConfigObject => ({
  generic_key: { descriptor_key: key, descriptor_value: value },
});

const ratelimitLimits = [
  { actions: [fromHeader('x-key', 'key')] },
  { actions: [fromHeader('x-tenant', 'tenant')] },
];

/** As deployed, but for the identity: it comes from headers, because nobody is asked for it. */
const gateLimits = [
  {
    actions: [
      constant('phase', 'admit'),
      fromHeader('x-tenant', 'tenant'),
      constant('environment', 'live'),
      fromHeader('x-key', 'key'),
      constant('key_limit', gateKeyLimit),
      constant('class', 'upstream'),
      constant('route', 'widgets'),
      clientAddress,
      fromHeader('x-request-id', 'rid'),
    ],
    hits_addend: { number: 1 },
  },
];

function router(): ConfigObject {
  return extension('envoy.filters.http.router', `${http}.router.v3.Router`);
}

function config(
  { port, adminPort }: EnvoyPorts,
  filters: ConfigObject[],
  clusters: ConfigObject[],
  route: ConfigObject,
): ConfigObject {
  const manager = any(
    'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    {
      stat_prefix: 'bench',
      route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: [route] }] },
      http_filters: filters,
    },
  );
  const chain = {
    filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }],
  };
  return {
    admin: { address: socket(adminPort) },
    static_resources: {
      listeners: [{ name: 'bench', address: socket(port), filter_chains: [chain] }],
      clusters,
    },
  };
}

function cluster(name: string, addresses: readonly string[]): ConfigObject {
  const endpoints = addresses.map((address) => ({ endpoint: { address: placeOf(address) } }));
  return {
    name,
    type: 'STATIC',
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: endpoints }] },
  };
}

function placeOf(address: string): ConfigObject {
  if (address.startsWith('unix:')) return { pipe: { path: address.slice('unix:'.length) } };
  return socket(Number(address.slice(address.lastIndexOf(':') + 1)));
}

function socket(port: number): ConfigObject {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}

const http2: ConfigObject = {
  typed_extension_protocol_options: {
    [httpOptions]: any(httpOptions, { explicit_http_config: { http2_protocol_options: {} } }),
  },
};
