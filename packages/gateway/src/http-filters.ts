import { requestIdHeader } from '@tollgate/api';
import { clusterNames, decisionRetry } from './clusters.ts';
import { type ConfigObject, extension, milliseconds } from './config-object.ts';
import { headerMarks } from './header-marks.ts';
import { clientAddress } from './rate-limits.ts';
import { admissionGuard } from './routes/one-call.ts';
import type { CompleteSettings } from './settings.ts';

const filters = 'envoy.extensions.filters.http';

/** The filters of every request, in the order in which they see it; answers run in reverse. */
export function httpFilters(settings: CompleteSettings): ConfigObject[] {
  return [
    ...healthFilters(settings),
    extension('envoy.filters.http.cors', `${filters}.cors.v3.Cors`),
    extension('envoy.filters.http.grpc_web', `${filters}.grpc_web.v3.GrpcWeb`),
    compressor(),
    addressShield(settings),
    credentialCheck(settings),
    headerMarks(),
    limiter(settings),
    ...(settings.upstreams.some(({ lane }) => lane === 'one-call') ? [admissionGuard()] : []),
    // Knows no service: it transcodes only on the routes that bring their own configuration, or
    // a JSON path would be turned into a call that no route has authorised.
    extension(
      'envoy.filters.http.grpc_json_transcoder',
      `${filters}.grpc_json_transcoder.v3.GrpcJsonTranscoder`,
      { proto_descriptor_bin: '' },
    ),
    extension('envoy.filters.http.grpc_stats', `${filters}.grpc_stats.v3.FilterConfig`, {
      emit_filter_state: true,
      stats_for_all_methods: false,
    }),
    extension('envoy.filters.http.router', `${filters}.router.v3.Router`, {
      suppress_envoy_headers: true,
    }),
  ];
}

/** Alive: Envoy answers. Ready: Auth and at least one gate say so, where `readiness` is set. */
function healthFilters({ readiness }: CompleteSettings): ConfigObject[] {
  const health = (paths: string[], needed: ConfigObject): ConfigObject =>
    extension('envoy.filters.http.health_check', `${filters}.health_check.v3.HealthCheck`, {
      pass_through_mode: false,
      headers: [{ name: ':path', string_match: { safe_regex: { regex: paths.join('|') } } }],
      ...needed,
    });
  const atLeastOne = { value: 1 };
  const needed = {
    cluster_min_healthy_percentages: {
      [clusterNames.authReady]: atLeastOne,
      [clusterNames.gateReady]: atLeastOne,
    },
  };
  return [
    health(['/healthz', '/health', '/health/live'], {}),
    health(['/readyz', '/health/ready'], readiness ? needed : {}),
  ];
}

function compressor(): ConfigObject {
  return extension('envoy.filters.http.compressor', `${filters}.compressor.v3.Compressor`, {
    response_direction_config: {
      common_config: {
        min_content_length: 200,
        content_type_matcher: [{ prefix: 'application/json' }],
      },
    },
    compressor_library: extension('gzip', 'envoy.extensions.compression.gzip.compressor.v3.Gzip'),
  });
}

/** A limit per client address before Auth is asked, so that guessing keys costs us little. */
function addressShield({ shieldRequestsPerSecond }: CompleteSettings): ConfigObject {
  const bucket = (tokens: number): ConfigObject => ({
    max_tokens: tokens,
    tokens_per_fill: tokens,
    fill_interval: '1s',
  });
  const always = { default_value: { numerator: 100 } };
  return extension(
    'envoy.filters.http.local_ratelimit',
    `${filters}.local_ratelimit.v3.LocalRateLimit`,
    {
      stat_prefix: 'shield',
      token_bucket: bucket(100_000),
      rate_limits: [{ actions: [clientAddress] }],
      descriptors: [
        {
          entries: [{ key: 'masked_remote_address' }],
          token_bucket: bucket(shieldRequestsPerSecond),
        },
      ],
      // The default of 20 would let addresses beyond it push each other out.
      max_dynamic_descriptors: 65_536,
      rate_limited_as_resource_exhausted: true,
      enable_retry_after_header: true,
      filter_enabled: always,
      filter_enforced: always,
    },
  );
}

function credentialCheck({ decisionTimeoutMs }: CompleteSettings): ConfigObject {
  return extension('envoy.filters.http.ext_authz', `${filters}.ext_authz.v3.ExtAuthz`, {
    transport_api_version: 'V3',
    grpc_service: {
      ...decisionService(clusterNames.check, decisionTimeoutMs, 1),
      timeout: milliseconds(decisionTimeoutMs),
    },
    failure_mode_allow: false,
    status_on_error: { code: 'ServiceUnavailable' },
    validate_mutations: true,
    encode_raw_headers: true,
    emit_filter_state_stats: true,
    allowed_headers: {
      patterns: ['authorization', 'x-api-key', requestIdHeader].map((exact) => ({ exact })),
    },
  });
}

function limiter({ decisionTimeoutMs, gates }: CompleteSettings): ConfigObject {
  return extension('envoy.filters.http.ratelimit', `${filters}.ratelimit.v3.RateLimit`, {
    domain: 'tollgate',
    timeout: milliseconds(decisionTimeoutMs),
    failure_mode_deny: true,
    status_on_error: { code: 'ServiceUnavailable' },
    rate_limited_as_resource_exhausted: true,
    enable_x_ratelimit_headers: 'DRAFT_VERSION_03',
    enable_retry_after_header: true,
    disable_x_envoy_ratelimited_header: true,
    rate_limit_service: {
      transport_api_version: 'V3',
      grpc_service: decisionService(clusterNames.gate, decisionTimeoutMs, gates.length),
    },
  });
}

function decisionService(cluster: string, timeoutMs: number, endpoints: number): ConfigObject {
  return {
    envoy_grpc: { cluster_name: cluster, authority: cluster, skip_envoy_headers: true },
    retry_policy: decisionRetry(timeoutMs, endpoints),
  };
}
