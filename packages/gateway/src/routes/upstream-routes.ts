import { internalTokenHeader } from '@tollgate/api';
import { upstreamCluster } from '../clusters.ts';
import { type ConfigObject, milliseconds } from '../config-object.ts';
import { keyEndingMark } from '../header-marks.ts';
import { oneCallRateLimits, routeRateLimits } from '../rate-limits.ts';
import type { CompleteSettings, UpstreamSettings } from '../settings.ts';
import { bringsOnly, decidedByGateAlone, keyHeaders } from './one-call.ts';
import { checkedAs, unsentRetry } from './route-parts.ts';

const timeoutMsDefault = 15_000;

/**
 * The routes of the protected APIs: every call needs a credential, is counted, and is given back
 * when the answer is a 5xx. Longer prefixes stand first, so that the nearest one wins.
 */
export function upstreamRoutes({ upstreams }: CompleteSettings): ConfigObject[] {
  const paths = upstreams.flatMap((upstream) =>
    upstream.prefixes.flatMap((prefix) => pathsOf(upstream, prefix)),
  );
  return paths
    .toSorted((one, other) => other.prefix.length - one.prefix.length)
    .flatMap((path) => [...oneCallRoutes(path), upstreamRoute(path)]);
}

interface UpstreamPath {
  readonly upstream: UpstreamSettings;
  readonly prefix: string;
  /** Stands below `/api/v1/`, and the upstream sees it below `/v1/`. */
  readonly alias: boolean;
}

function pathsOf(upstream: UpstreamSettings, prefix: string): UpstreamPath[] {
  const own = { upstream, prefix, alias: false };
  const alias = { upstream, prefix: `/api${prefix}`, alias: true };
  return prefix.startsWith('/v1/') ? [own, alias] : [own];
}

/** Auth first, then the gate: for every call that does not plainly bring an API key. */
function upstreamRoute(path: UpstreamPath): ConfigObject {
  const { name } = path.upstream;
  return {
    ...passedOn(path),
    match: { path_separated_prefix: path.prefix },
    // Proves the caller to Tollgate's own services: somebody else's API must never hold it.
    request_headers_to_remove: [internalTokenHeader],
    typed_per_filter_config: {
      'envoy.filters.http.ext_authz': checkedAs({
        class: 'upstream',
        access: 'credential',
        upstream: name,
      }),
      'envoy.filters.http.ratelimit': routeRateLimits({ class: 'upstream', name }),
    },
  };
}

/** The gate alone, for calls that plainly bring an API key, in one header or the other. */
function oneCallRoutes(path: UpstreamPath): ConfigObject[] {
  const { name, lane } = path.upstream;
  if (lane !== 'one-call') return [];
  return keyHeaders.map((header) => ({
    ...passedOn(path),
    match: { path_separated_prefix: path.prefix, headers: bringsOnly(header) },
    request_headers_to_remove: [internalTokenHeader, header.name],
    typed_per_filter_config: {
      ...decidedByGateAlone(),
      ...keyEndingMark(header.name),
      'envoy.filters.http.ratelimit': oneCallRateLimits({ name, header: header.name }),
    },
  }));
}

/** Where a call goes on to, whoever decides about it. */
function passedOn(path: UpstreamPath): ConfigObject {
  const { name, timeoutMs = timeoutMsDefault } = path.upstream;
  return {
    name: `upstream.${name}`,
    route: {
      cluster: upstreamCluster(name),
      timeout: milliseconds(timeoutMs),
      retry_policy: unsentRetry,
      ...rewritten(path),
    },
  };
}

/** A stripped path begins with a slash, also when the client's ended with the prefix. */
function rewritten({ upstream, prefix, alias }: UpstreamPath): ConfigObject {
  if (upstream.stripPrefix) {
    const pattern = { regex: `^${prefix.replaceAll('.', '\\.')}/?(.*)$` };
    return { regex_rewrite: { pattern, substitution: '/\\1' } };
  }
  if (!alias) return {};
  return { regex_rewrite: { pattern: { regex: '^/api(/.*)$' }, substitution: '\\1' } };
}
