import { join } from 'node:path';
import type { ServiceName } from '@tollgate/api';
import { checkoutFolder } from '../servers/index.mjs';
import { publicKeysOf, type SystemSecrets } from './secrets.ts';

/** The processes of the five services; metering's second role runs as several gates. */
export type ServiceProcessName = ServiceName | `gate-${number}`;

/** What each listener of a process is bound to, on 127.0.0.1. */
export type ProcessPorts = Readonly<Partial<Record<'rpc' | 'admin' | 'envoy', number>>>;

type Listener = keyof ProcessPorts;

/** Where things are, as far as the services must know. */
export interface ServiceSurroundings {
  readonly ports: Readonly<Record<ServiceProcessName, ProcessPorts>>;
  readonly databaseUrls: Readonly<Record<ServiceName, string>>;
  readonly natsUrl: string;
  readonly redisUrl: string;
  readonly secrets: SystemSecrets;
}

/** How one process is started. */
export interface ServiceProcess {
  readonly name: ServiceProcessName;
  readonly main: string;
  readonly listeners: readonly Listener[];
  environment(surroundings: ServiceSurroundings): Record<string, string>;
}

/** All processes, those that others call first. */
export function serviceProcesses(gates: number): ServiceProcess[] {
  const gateNames = Array.from({ length: gates }, (_, index) => `gate-${index + 1}` as const);
  return [
    service('tenant', ['rpc', 'admin'], () => ({})),
    service('auth', ['rpc', 'admin', 'envoy'], ({ secrets }) => ({
      TOLLGATE_ENCRYPTION_KEY: secrets.encryptionKey,
      TOLLGATE_OPERATOR_EMAIL: secrets.operator.email,
      TOLLGATE_OPERATOR_PASSWORD: secrets.operator.password,
    })),
    service('metering', ['rpc', 'admin', 'envoy'], redis),
    service('billing', ['rpc', 'admin'], () => ({})),
    service('notification', ['rpc', 'admin'], ({ secrets }) => ({
      TOLLGATE_ENCRYPTION_KEY: secrets.encryptionKey,
    })),
    ...gateNames.map((name) => gate(name)),
  ];
}

type Extra = (surroundings: ServiceSurroundings) => Record<string, string>;

function service(name: ServiceName, listeners: readonly Listener[], extra: Extra): ServiceProcess {
  return {
    name,
    main: join(checkoutFolder, `services/${name}/src/main.ts`),
    listeners,
    environment: (where) => ({ ...shared(name, name, where), ...extra(where) }),
  };
}

/** A gate is metering's: it uses its schema and its key. */
function gate(name: `gate-${number}`): ServiceProcess {
  return {
    name,
    main: join(checkoutFolder, 'services/metering/src/gate-main.ts'),
    listeners: ['admin', 'envoy'],
    environment: (where) => ({
      ...shared(name, 'metering', where),
      ...redis(where),
      // Fits twice into Envoy's wait of five seconds (see envoy-spec.ts).
      TOLLGATE_REDIS_TIMEOUT_MS: '400',
    }),
  };
}

function redis({ redisUrl }: ServiceSurroundings): Record<string, string> {
  return { TOLLGATE_REDIS_URL: redisUrl };
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
  const callable = ['auth', 'tenant', 'metering', 'billing'] as const;
  const others = callable.map(
    (other) =>
      [`TOLLGATE_${other.toUpperCase()}_URL`, `http://127.0.0.1:${ports[other].rpc}`] as const,
  );
  return {
    ...Object.fromEntries([...own, ...others]),
    TOLLGATE_DATABASE_URL: databaseUrls[owner],
    TOLLGATE_NATS_URL: natsUrl,
    TOLLGATE_SERVICE_PRIVATE_KEY: JSON.stringify(secrets.serviceKeys[owner]),
    TOLLGATE_SERVICE_PUBLIC_KEYS: JSON.stringify(publicKeysOf(secrets)),
  };
}
