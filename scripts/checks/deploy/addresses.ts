import type { ComposeFile } from './compose-file.ts';
import { type Manifest, podTemplates } from './kubernetes-files.ts';
import type { OurContainer } from './processes.ts';

/** Everything that can be reached, as `host:port`. */
export type Listeners = ReadonlySet<string>;

/** Ports of images that are not ours. */
const foreignPorts: Readonly<Record<string, number>> = { postgres: 5432, redis: 6379, nats: 4222 };

/** What the services of docker compose listen on, by their settings. */
export function composeListeners({ services }: ComposeFile): Listeners {
  return new Set(
    Object.entries(services).flatMap(([name, { environment = {} }]) => [
      ...portsOf(environment).map((port) => `${name}:${port}`),
      ...(foreignPorts[name] === undefined ? [] : [`${name}:${foreignPorts[name]}`]),
    ]),
  );
}

/** What the services of Kubernetes offer, and the pods' own loopback to Envoy. */
export function kubernetesListeners(manifests: readonly Manifest[]): Listeners {
  const services = manifests.filter(({ kind }) => kind === 'Service');
  const offered = services.flatMap(({ metadata, spec }) =>
    (spec as { ports: { port: number }[] }).ports.map(({ port }) => `${metadata.name}:${port}`),
  );
  const gateway = podTemplates(manifests).find(
    ({ workload }) => workload.metadata.name === 'gateway',
  );
  const beside = (gateway?.containers ?? []).flatMap(({ env = [] }) =>
    portsOf(Object.fromEntries(env.map(({ name, value }) => [name, value]))),
  );
  return new Set([...offered, ...beside.map((port) => `127.0.0.1:${port}`)]);
}

function portsOf(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (name === 'PORT') return [value];
    return /^TOLLGATE_\w+_ADDRESS$/.test(name) ? [value.split(':').at(-1) ?? ''] : [];
  });
}

/** Addresses in settings and in Envoy's configuration that nobody listens on. */
export function addressProblems(
  containers: readonly OurContainer[],
  envoyConfig: unknown,
  listeners: Listeners,
): string[] {
  const inSettings = containers.flatMap(({ place, environment }) =>
    Object.entries(environment)
      .filter(([name, value]) => /^TOLLGATE_\w+_URL$/.test(name) && URL.canParse(value))
      .map(([name, value]) => ({ place: `${place} ${name}`, address: new URL(value).host })),
  );
  const inEnvoy = endpointsOf(envoyConfig).map((address) => ({ place: 'Envoy', address }));
  return [...inSettings, ...inEnvoy]
    .filter(({ address }) => !listeners.has(address))
    .map(({ place, address }) => `${place}: nobody listens on ${address}`);
}

/** The addresses of all endpoints, wherever they stand in the configuration. */
function endpointsOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  if (!('endpoint' in node)) return Object.values(node).flatMap(endpointsOf);
  const { endpoint } = node as {
    endpoint: { address: { socket_address: { address: string; port_value: number } } };
  };
  const { address, port_value: port } = endpoint.address.socket_address;
  return [`${address}:${port}`];
}
