import { idempotencyKeyHeader, ownHeaderPrefix, requestIdHeader } from '@tollgate/api';
import { clusterNames, serviceCluster } from './clusters.ts';
import { any, type ConfigObject, extension } from './config-object.ts';
import { httpFilters } from './http-filters.ts';
import { localReplies } from './local-replies.ts';
import { routeRateLimits } from './rate-limits.ts';
import { apiRoutes } from './routes/api-routes.ts';
import { checkedAs } from './routes/route-parts.ts';
import { upstreamRoutes } from './routes/upstream-routes.ts';
import type { CompleteSettings } from './settings.ts';

/** The one port that clients connect to. */
export function listener(settings: CompleteSettings): ConfigObject {
  const { host, port } = settings.listen;
  return {
    name: 'edge',
    address: { socket_address: { address: host, port_value: port } },
    enable_reuse_port: !settings.exclusivePort,
    per_connection_buffer_limit_bytes: 1_048_576,
    filter_chains: [{ filters: [connectionManager(settings)] }],
  };
}

function connectionManager(settings: CompleteSettings): ConfigObject {
  return extension(
    'envoy.filters.network.http_connection_manager',
    'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    {
      stat_prefix: 'edge',
      codec_type: 'AUTO',
      ...clientIdentity(settings),
      ...edgeLimits,
      access_log: [accessLog],
      access_log_options: { flush_access_log_on_new_request: true },
      local_reply_config: localReplies(),
      http_filters: httpFilters(settings),
      route_config: { name: 'edge', virtual_hosts: [virtualHost(settings)] },
    },
  );
}

/** Who the client is comes from the connection and from Auth, never from the client's headers. */
function clientIdentity({ trustedProxies }: CompleteSettings): ConfigObject {
  return {
    use_remote_address: true,
    xff_num_trusted_hops: trustedProxies,
    // Nobody is "internal", or such a client could choose its own request id. An empty list means
    // the private networks and loopback; this prefix (RFC 6666) belongs to no client.
    internal_address_config: { cidr_ranges: [{ address_prefix: '100::', prefix_len: 64 }] },
    generate_request_id: true,
    always_set_request_id_in_response: true,
    server_header_transformation: 'OVERWRITE',
    server_name: 'tollgate',
    early_header_mutation_extensions: [
      extension(
        'envoy.http.early_header_mutation.header_mutation',
        'envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation',
        {
          // The request id is the key under which a call is counted once: never the client's.
          mutations: [
            { remove: requestIdHeader },
            ...[ownHeaderPrefix, 'x-envoy-'].map((prefix) => ({
              remove_on_match: { key_matcher: { prefix } },
            })),
          ],
        },
      ),
    ],
  };
}

const edgeLimits: ConfigObject = {
  normalize_path: true,
  merge_slashes: true,
  path_with_escaped_slashes_action: 'REJECT_REQUEST',
  request_timeout: '60s',
  request_headers_timeout: '10s',
  stream_idle_timeout: '60s',
  common_http_protocol_options: {
    headers_with_underscores_action: 'REJECT_REQUEST',
    idle_timeout: '300s',
  },
  http2_protocol_options: {
    max_concurrent_streams: 100,
    initial_stream_window_size: 65_536,
    initial_connection_window_size: 1_048_576,
  },
};

const accessLog: ConfigObject = {
  ...extension(
    'envoy.access_loggers.http_grpc',
    'envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig',
    {
      additional_response_headers_to_log: ['content-type'],
      additional_response_trailers_to_log: ['grpc-status', 'grpc-message'],
      common_config: {
        log_name: 'tollgate',
        transport_api_version: 'V3',
        buffer_flush_interval: '0.2s',
        buffer_size_bytes: 1_048_576,
        filter_state_objects_to_log: ['envoy.filters.http.grpc_stats'],
        grpc_service: {
          envoy_grpc: {
            cluster_name: clusterNames.accessLog,
            authority: clusterNames.accessLog,
            skip_envoy_headers: true,
          },
        },
      },
    },
  ),
  filter: { not_health_check_filter: {} },
};

function virtualHost(settings: CompleteSettings): ConfigObject {
  return {
    name: 'all',
    domains: ['*'],
    typed_per_filter_config: { 'envoy.filters.http.cors': cors(settings) },
    routes: [preflight, ...upstreamRoutes(settings), ...apiRoutes(settings), noSuchPath],
  };
}

const decidedAsNone: ConfigObject = {
  'envoy.filters.http.ext_authz': checkedAs({
    class: 'api',
    access: 'credential',
    upstream: 'none',
  }),
  'envoy.filters.http.ratelimit': routeRateLimits({ class: 'api', name: 'none' }),
};

/**
 * A browser's question whether a page may call. The CORS filter answers all of them, but only on a
 * route that leads somewhere; were one to pass it, it would need a credential like any other call.
 */
const preflight: ConfigObject = {
  name: 'preflight',
  match: {
    prefix: '/',
    headers: [
      { name: ':method', string_match: { exact: 'OPTIONS' } },
      { name: 'origin', string_match: { safe_regex: { regex: '.+' } } },
      { name: 'access-control-request-method', string_match: { safe_regex: { regex: '.+' } } },
    ],
  },
  route: { cluster: serviceCluster('auth') },
  typed_per_filter_config: decidedAsNone,
};

/**
 * The last route. Without it a path that no route knows would skip Auth, because filters that are
 * set per route do not run without a route. A direct response is never limited by the gate, so
 * nothing else may stand here.
 */
const noSuchPath: ConfigObject = {
  name: 'none',
  match: { prefix: '/' },
  direct_response: { status: 404, body: { inline_string: 'no such path' } },
  typed_per_filter_config: decidedAsNone,
};

function cors({ corsOrigins }: CompleteSettings): ConfigObject {
  const allowed = [
    'authorization',
    'connect-protocol-version',
    'connect-timeout-ms',
    'content-type',
    'grpc-timeout',
    idempotencyKeyHeader,
    'x-api-key',
    'x-grpc-web',
    'x-user-agent',
  ];
  const exposed = [
    'grpc-message',
    'grpc-status',
    'grpc-status-details-bin',
    'retry-after',
    'x-ratelimit-limit',
    'x-ratelimit-remaining',
    'x-ratelimit-reset',
    requestIdHeader,
  ];
  return any('envoy.extensions.filters.http.cors.v3.CorsPolicy', {
    allow_origin_string_match: corsOrigins.map((origin) => ({ exact: origin })),
    allow_methods: 'GET, POST, PUT, PATCH, DELETE',
    allow_headers: allowed.join(', '),
    expose_headers: exposed.join(', '),
    max_age: '7200',
    forward_not_matching_preflights: false,
  });
}
