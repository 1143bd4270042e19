import { perService, type ServiceName } from '@tollgate/api';
import {
  type Listener,
  type OwnSurroundings,
  type ProcessKind,
  type ProcessPorts,
  processKinds,
  type RpcProcessName,
  rpcProcessOf,
} from './process-kinds.ts';
import { publicKeysOf } from './secrets.ts';

/** The processes of the five services; of the gate there are several. */
export type ServiceProcessName = RpcProcessName | `gate-${number}`;

/** Where things are, as far as the services must know. */
interface ServiceSurroundings extends OwnSurroundings {
  readonly ports: Readonly<Record<ServiceProcessName, ProcessPorts>>;
  readonly databaseUrls: Readonly<Record<ServiceName, string>>;
  readonly natsUrl: string;
}

/** How one process is started. */
export interface ServiceProcess {
  readonly name: ServiceProcessName;
  /** Its program, from the root of the checkout. */
  readonly main: string;
  readonly listeners: readonly Listener[];
  environment(surroundings: ServiceSurroundings): Record<string, string>;
}

/** All processes, those that others call first. */
export function serviceProcesses(gates: number): ServiceProcess[] {
  return processKinds.flatMap((kind) => {
    const { name } = kind;
    if (name !== 'gate') return [processOf(kind, name)];
    return Array.from({ length: gates }, (_, index) => processOf(kind, `gate-${index + 1}`));
  });
}

function processOf(kind: ProcessKind, name: ServiceProcessName): ServiceProcess {
  return {
    name,
    main: kind.main,
    listeners: kind.listeners,
    environment: (where) => ({ ...shared(name, kind.service, where), ...kind.settings(where) }),
  };
}

function shared(
  name: ServiceProcessName,
  owner: ServiceName,
  { ports, databaseUrls, natsUrl, secrets }: ServiceSurroundings,
): Record<string, string> {
  const own = Object.entries(ports[name] ?? {}).map(
    ([listener, port]) =>
      [`TOLLGATE_${listener.toUpperCase()}_ADDRESS`, `127.0.0.1:${port}`] as const,
  );
  const rpcPorts = Object.entries(perService((service) => ports[rpcProcessOf(service)].rpc));
  const others = rpcPorts.map(
    ([other, port]) => [`TOLLGATE_${other.toUpperCase()}_URL`, `http://127.0.0.1:${port}`] as const,
  );
  return {
    ...Object.fromEntries([...own, ...others]),
    TOLLGATE_DATABASE_URL: databaseUrls[owner],
    TOLLGATE_NATS_URL: natsUrl,
    TOLLGATE_SERVICE_PRIVATE_KEY: JSON.stringify(secrets.serviceKeys[owner]),
    TOLLGATE_SERVICE_PUBLIC_KEYS: JSON.stringify(publicKeysOf(secrets)),
  };
}
