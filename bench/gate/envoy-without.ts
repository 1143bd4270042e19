import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '@tollgate/servers';
import { type OneWorkerEnvoy, startOneWorkerEnvoy } from '../processes/one-worker-envoy.ts';

/** The shield by address, which would refuse a load from one address. */
export const shieldFilters = ['envoy.filters.http.local_ratelimit'] as const;

/** What Tollgate adds to a gateway; without it Envoy only passes calls on. */
export const tollgateFilters = [
  ...shieldFilters,
  'envoy.filters.http.ext_authz',
  'envoy.filters.http.header_to_metadata',
  'envoy.filters.http.ratelimit',
  'envoy.filters.http.rbac',
] as const;

/** One more Envoy with the configuration in `folder`, but without some filters (and their log). */
export function startEnvoyWithout(
  filters: readonly string[],
  place: { folder: string; program: Program },
): Promise<OneWorkerEnvoy> {
  const without = new Set(filters);
  const logged = !without.has('envoy.filters.http.ratelimit');
  const config = JSON.parse(readFileSync(join(place.folder, 'envoy.json'), 'utf8'));
  visit(config, (node) => {
    if (Array.isArray(node.http_filters)) {
      node.http_filters = node.http_filters.filter(({ name }) => !without.has(name));
    }
    if (node.typed_per_filter_config) {
      for (const name of without) delete node.typed_per_filter_config[name];
    }
    if (logged) return;
    delete node.access_log;
    delete node.access_log_options;
  });
  return startOneWorkerEnvoy(`envoy-without-${without.size}`, place, ({ port, adminPort }) => {
    config.admin.address.socket_address.port_value = adminPort;
    for (const listener of config.static_resources.listeners) {
      listener.address.socket_address.port_value = port;
    }
    return config;
  });
}

interface ConfigNode {
  http_filters?: { name: string }[];
  typed_per_filter_config?: Record<string, unknown>;
  access_log?: unknown;
  access_log_options?: unknown;
}

function visit(node: unknown, change: (node: ConfigNode) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) change(node);
  for (const child of Object.values(node)) visit(child, change);
}
