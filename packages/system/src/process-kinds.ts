import type { ServiceName } from '@tollgate/api';
import { keyPepperOf, type SystemSecrets } from './secrets.ts';

/** What each listener of a process is bound to, on 127.0.0.1. */
export type ProcessPorts = Readonly<Partial<Record<'rpc' | 'admin' | 'envoy', number>>>;

/** What a process listens with; each is a setting, `TOLLGATE_<LISTENER>_ADDRESS`. */
export type Listener = keyof ProcessPorts;

/** What a kind's own settings are made of. */
export interface OwnSurroundings {
  readonly redisUrl: string;
  readonly secrets: SystemSecrets;
}

/** A service is one process, called like it; Metering is two. */
type ProcessKindName = Exclude<ServiceName, 'metering'> | 'recorder' | 'gate';

/** A program of Tollgate's own. */
export interface ProcessKind {
  readonly name: ProcessKindName;
  /** Whose schema, key and secrets it uses. */
  readonly service: ServiceName;
  /** The file that Node runs, from the root of the checkout. */
  readonly main: string;
  /** The file whose `readConfig` reads its settings, but for those that all processes have. */
  readonly config: string;
  /** The document with the table of its settings. */
  readonly readme: string;
  readonly listeners: readonly Listener[];
  /** Settings that only it has. */
  settings(surroundings: OwnSurroundings): Record<string, string>;
}

/**
 * Envoy's wait for a decision. A machine that also runs an editor and a browser may not schedule a
 * process for a while: refusing a call for that would only confuse. Servers of their own take the
 * gateway's default.
 */
export const decisionTimeoutMs = 5_000;

/** All kinds of processes, those that others call first. */
export const processKinds: readonly ProcessKind[] = [
  service('tenant', ['rpc', 'admin'], () => ({})),
  service('auth', ['rpc', 'admin', 'envoy'], ({ secrets }) => ({
    TOLLGATE_ENCRYPTION_KEY: secrets.encryptionKey,
    TOLLGATE_OPERATOR_EMAIL: secrets.operator.email,
    TOLLGATE_OPERATOR_PASSWORD: secrets.operator.password,
  })),
  {
    ...service('metering', ['rpc', 'admin', 'envoy'], redis),
    config: 'services/metering/src/recorder-config.ts',
  },
  service('billing', ['rpc', 'admin'], () => ({})),
  service('notification', ['rpc', 'admin'], ({ secrets }) => ({
    TOLLGATE_ENCRYPTION_KEY: secrets.encryptionKey,
  })),
  {
    name: 'gate',
    service: 'metering',
    main: 'services/metering/src/gate-main.ts',
    config: 'services/metering/src/gate-config.ts',
    readme: 'services/metering/src/gate/README.md',
    listeners: ['admin', 'envoy'],
    settings: (surroundings) => ({
      ...redis(surroundings),
      TOLLGATE_KEY_PEPPER: keyPepperOf(surroundings.secrets),
      TOLLGATE_DECISION_TIMEOUT_MS: String(decisionTimeoutMs),
      // Fits twice into it.
      TOLLGATE_REDIS_TIMEOUT_MS: '400',
    }),
  },
];

/** Name of the one process that serves a service's RPCs. */
export type RpcProcessName = Exclude<ProcessKindName, 'gate'>;

/** The process that serves a service's RPCs. */
export function rpcProcessOf(service: ServiceName): RpcProcessName {
  return service === 'metering' ? 'recorder' : service;
}

function service(
  service: ServiceName,
  listeners: readonly Listener[],
  settings: ProcessKind['settings'],
): ProcessKind {
  return {
    name: rpcProcessOf(service),
    service,
    main: `services/${service}/src/main.ts`,
    config: `services/${service}/src/config.ts`,
    readme: `services/${service}/README.md`,
    listeners,
    settings,
  };
}

function redis({ redisUrl }: OwnSurroundings): Record<string, string> {
  return { TOLLGATE_REDIS_URL: redisUrl };
}
