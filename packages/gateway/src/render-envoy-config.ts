import { clusters } from './clusters.ts';
import type { ConfigObject } from './config-object.ts';
import { listener } from './listener.ts';
import { overloadManager } from './overload.ts';
import { completeSettings, type GatewaySettings } from './settings.ts';

/**
 * Envoy's whole configuration (bootstrap, protobuf's JSON form) for one environment; write it to a
 * file whose name ends in `.json`. The same settings always give the same configuration.
 *
 * @throws Error when a setting is impossible; it names all that are.
 */
export function renderEnvoyConfig(settings: GatewaySettings): ConfigObject {
  const complete = completeSettings(settings);
  const { host, port } = complete.admin;
  return {
    admin: { address: { socket_address: { address: host, port_value: port } } },
    layered_runtime: { layers: [{ name: 'own', static_layer: ownPatterns }] },
    overload_manager: overloadManager(),
    static_resources: { listeners: [listener(complete)], clusters: clusters(complete) },
  };
}

/**
 * A route's pattern is the alternation of all its paths, larger than Envoy's default of 100 steps.
 * The patterns come from the contract, never from outside, and RE2's time is linear.
 */
const ownPatterns: ConfigObject = { 're2.max_program_size.error_level': 20_000 };
