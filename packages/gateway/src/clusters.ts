import { isIP } from 'node:net';
import { any, type ConfigObject, extension, milliseconds } from './config-object.ts';
import type { Address, CompleteSettings, UpstreamSettings } from './settings.ts';

/** Names of the clusters that are not an API: see {@link upstreamCluster} for those. */
export const clusterNames = {
  check: 'check',
  gate: 'gate',
  accessLog: 'access-log',
  authReady: 'auth-ready',
  gateReady: 'gate-ready',
} as const;

/** The cluster of a protected API; the prefix keeps it apart from Tollgate's own. */
export function upstreamCluster(name: string): string {
  return `upstream.${name}`;
}

/** The cluster of one of Tollgate's services. */
export function serviceCluster(name: string): string {
  return `service.${name}`;
}

/** Everything Envoy speaks to. */
export function clusters(settings: CompleteSettings): ConfigObject[] {
  const { check, gates, accessLog, services, upstreams, readiness } = settings;
  return [
    { ...cluster(clusterNames.check, [check]), ...http2 },
    { ...cluster(clusterNames.gate, gates), ...http2 },
    { ...cluster(clusterNames.accessLog, [accessLog]), ...http2 },
    ...Object.entries(services).map(([name, address]) => ({
      ...cluster(serviceCluster(name), [address]),
      ...http2,
    })),
    ...upstreams.map((upstream) => protectedCluster(upstream)),
    ...(readiness
      ? [
          { ...cluster(clusterNames.authReady, [readiness.auth]), ...readyCheck },
          { ...cluster(clusterNames.gateReady, readiness.gates), ...readyCheck },
        ]
      : []),
  ];
}

function protectedCluster({ name, addresses, http2: speaksHttp2 }: UpstreamSettings): ConfigObject {
  const base = cluster(upstreamCluster(name), addresses);
  return { ...base, ...(speaksHttp2 ? http2 : {}) };
}

/** Every address that a name stands for; soon enough after a container got another one. */
const byName = extension('envoy.cluster.dns', 'envoy.extensions.clusters.dns.v3.DnsCluster', {
  all_addresses_in_single_endpoint: false,
  dns_lookup_family: 'V4_PREFERRED',
  dns_refresh_rate: '2s',
});

function cluster(name: string, addresses: readonly Address[]): ConfigObject {
  const named = addresses.some(({ host }) => isIP(host) === 0);
  return {
    name,
    connect_timeout: '1s',
    ...(named ? { cluster_type: byName } : { type: 'STATIC' }),
    lb_policy: 'LEAST_REQUEST',
    ...breakers,
    ...outliers,
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: addresses.map((address) => endpoint(address)) }],
    },
  };
}

function endpoint({ host, port }: Address): ConfigObject {
  return { endpoint: { address: { socket_address: { address: host, port_value: port } } } };
}

const httpOptions = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

const http2: ConfigObject = {
  typed_extension_protocol_options: {
    [httpOptions]: any(httpOptions, {
      explicit_http_config: {
        http2_protocol_options: {
          connection_keepalive: { interval: '30s', timeout: '5s' },
          // Every call past its timeout is a reset. Node (the API, and grpc-js) closes a connection
          // with all its calls after 1,000 of them in a burst, so fewer share one.
          max_concurrent_streams: 500,
          // By default Envoy itself gives a connection up when 1,000 resets wait to be read, which
          // happens when a process pauses for a moment.
          max_outbound_control_frames: 100_000,
        },
      },
    }),
  },
};

/** The defaults (1,024 requests, 3 retries) would fail calls that the processes can well take. */
const breakers: ConfigObject = {
  circuit_breakers: {
    thresholds: [
      {
        max_connections: 4_096,
        max_requests: 10_000,
        max_pending_requests: 10_000,
        max_retries: 1_000,
      },
    ],
  },
};

/** A process that cannot be reached is left out at once; an answered error leaves nobody out. */
const outliers: ConfigObject = {
  outlier_detection: {
    split_external_local_origin_errors: true,
    consecutive_local_origin_failure: 1,
    enforcing_consecutive_5xx: 0,
    interval: '0.2s',
    base_ejection_time: '0.5s',
    max_ejection_time: '2s',
    max_ejection_percent: 50,
  },
};

const readyCheck: ConfigObject = {
  health_checks: [
    {
      timeout: '1s',
      interval: '1s',
      no_traffic_interval: '1s',
      unhealthy_threshold: 1,
      healthy_threshold: 1,
      http_health_check: { path: '/readyz' },
    },
  ],
};

/**
 * One retry on another process. Envoy takes `max_interval` for the time of each try, so two tries
 * fit into `timeoutMs`. A retry repeats an admission with the same request id, which the gate
 * counts once. Where there is one endpoint only, a try may take the whole time: asking a slow
 * process a second time would only double its load, just when it has too much.
 */
export function decisionRetry(timeoutMs: number, endpoints: number): ConfigObject {
  const tryMs = endpoints > 1 ? Math.trunc((timeoutMs * 45) / 100) : timeoutMs;
  const predicate = 'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate';
  return {
    retry_on: [
      'connect-failure',
      'reset-before-request',
      'refused-stream',
      'unavailable',
      'gateway-error',
      'deadline-exceeded',
    ].join(','),
    num_retries: 1,
    retry_back_off: {
      base_interval: '0.002s',
      max_interval: milliseconds(tryMs),
    },
    retry_host_predicate: [extension('envoy.retry_host_predicates.previous_hosts', predicate)],
    // Each is a draw among two processes: after three, one retry in sixteen met the same one again.
    host_selection_retry_max_attempts: 30,
  };
}
