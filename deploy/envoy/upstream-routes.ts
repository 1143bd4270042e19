import { upstreamCluster } from './clusters.ts';
import { type ConfigObject, milliseconds } from './config-object.ts';
import { routeRateLimits } from './rate-limits.ts';
import { checkedAs, unsentRetry } from './route-parts.ts';
import type { CompleteSettings, UpstreamSettings } from './settings.ts';

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
    .map((path) => upstreamRoute(path));
}

interface UpstreamPath {
  readonly upstream: UpstreamSettings;
  readonly prefix: string;
  /** What the upstream sees in place of the prefix. */
  readonly becomes: string;
}

function pathsOf(upstream: UpstreamSettings, prefix: string): UpstreamPath[] {
  const becomes = upstream.stripPrefix ? '' : prefix;
  const own = { upstream, prefix, becomes };
  return prefix.startsWith('/v1/') ? [own, { upstream, prefix: `/api${prefix}`, becomes }] : [own];
}

function upstreamRoute({ upstream, prefix, becomes }: UpstreamPath): ConfigObject {
  const { name, timeoutMs = timeoutMsDefault } = upstream;
  return {
    name: `upstream.${name}`,
    match: { path_separated_prefix: prefix },
    route: {
      cluster: upstreamCluster(name),
      timeout: milliseconds(timeoutMs),
      retry_policy: unsentRetry,
      ...(becomes === prefix ? {} : { regex_rewrite: prefixRewrite(prefix, becomes) }),
    },
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

/** Replaces the prefix; a path that ends with it becomes `/`, never empty. */
function prefixRewrite(prefix: string, becomes: string): ConfigObject {
  const escaped = prefix.replaceAll('.', '\\.');
  return {
    pattern: { regex: `^${escaped}/?(.*)$` },
    substitution: becomes === '' ? '/\\1' : `${becomes}/\\1`,
  };
}
