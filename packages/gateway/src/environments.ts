import { perService, serviceNames } from '@tollgate/api';
import type { Address, GatewaySettings } from './settings.ts';
import { transcoderDescriptorsPath } from './transcoder-descriptors-path.ts';

/** Every process listens on the same ports in its own container or pod. */
const containerPorts = { rpc: 8081, admin: 8082, envoy: 8083, edge: 8080, sample: 8090 };

/** Where the containers find the descriptor set, beside Envoy's configuration. */
export const containerDescriptorsPath = '/etc/envoy/tollgate.binpb';

const loopback = '127.0.0.1';
const everyInterface = '0.0.0.0';

/** The settings of each environment that has fixed addresses, by name. */
export const environments: Readonly<Record<'compose' | 'kubernetes', GatewaySettings>> = {
  compose: {
    ...containers(['gate-1', 'gate-2']),
    readiness: {
      auth: { host: 'auth', port: containerPorts.admin },
      gates: at(['gate-1', 'gate-2'], containerPorts.admin),
    },
  },
  // A gate runs beside Envoy in each pod; `gate` is the headless service of all of them, so that a
  // call can be decided elsewhere while the pod's own gate starts again.
  kubernetes: {
    ...containers([loopback, 'gate']),
    readiness: {
      auth: { host: 'auth', port: containerPorts.admin },
      gates: at([loopback], containerPorts.admin),
    },
  },
};

/**
 * The settings of a gateway whose processes all run on this machine, at ports above `firstPort`:
 * what the launcher starts, with its own choice of ports.
 */
export function localExample(firstPort: number): GatewaySettings {
  const port = (offset: number): Address => ({ host: loopback, port: firstPort + offset });
  return {
    listen: port(0),
    admin: port(1),
    check: port(2),
    gates: [port(3), port(4)],
    accessLog: port(5),
    services: perService((name) => port(6 + serviceNames.indexOf(name))),
    readiness: { auth: port(13), gates: [port(14), port(15)] },
    descriptorsPath: transcoderDescriptorsPath,
    upstreams: sampleUpstreams(port(11), port(12)),
  };
}

/** The sample upstreams of `examples/`. */
function sampleUpstreams(messages: Address, widgets: Address): GatewaySettings['upstreams'] {
  return [
    { name: 'messages', prefixes: ['/v1/messages'], addresses: [messages] },
    { name: 'widgets', prefixes: ['/v1/widgets'], addresses: [widgets] },
  ];
}

function containers(gateHosts: readonly string[]): GatewaySettings {
  const { rpc, envoy, edge, sample } = containerPorts;
  return {
    listen: { host: everyInterface, port: edge },
    admin: { host: loopback, port: 9901 },
    check: { host: 'auth', port: envoy },
    gates: at(gateHosts, envoy),
    accessLog: { host: 'metering', port: envoy },
    services: perService((name) => ({ host: name, port: rpc })),
    descriptorsPath: containerDescriptorsPath,
    upstreams: sampleUpstreams(
      { host: 'messages', port: sample },
      { host: 'widgets', port: sample },
    ),
  };
}

function at(hosts: readonly string[], port: number): Address[] {
  return hosts.map((host) => ({ host, port }));
}
