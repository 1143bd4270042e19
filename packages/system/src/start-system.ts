import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceName } from '@tollgate/api';
import type { Lane, UpstreamSettings } from '@tollgate/gateway';
import {
  checkoutFolder,
  compileCacheFolder,
  isHttpOk,
  type Program,
  stateFolder,
} from '@tollgate/servers';
import { bundleServices } from './bundle/bundle-services.ts';
import type { ServiceBundle } from './bundle/manifest.ts';
import { drainEnvoy } from './drain-envoy.ts';
import { envoySpec } from './envoy-spec.ts';
import { migrateDatabase } from './migrate-database.ts';
import { planPorts } from './plan-ports.ts';
import type { ProcessPorts } from './process-kinds.ts';
import type { SystemSecrets } from './secrets.ts';
import {
  type ServiceProcess,
  type ServiceProcessName,
  serviceProcesses,
} from './service-processes.ts';
import { serviceUser } from './service-user.ts';
import { type ProcessSpec, type SupervisedProcess, supervise } from './supervise.ts';

/** A process of the system by its name. */
export type ProcessName = ServiceProcessName | 'messages' | 'widgets' | 'envoy';

export interface SystemOptions {
  /** For Envoy's configuration and, below `logs`, a log per process. Must exist. */
  readonly folder: string;
  readonly servers: {
    /** As a role that may create roles and databases. */
    readonly databaseAdminUrl: string;
    readonly natsUrl: string;
    readonly redisUrl: string;
  };
  readonly envoy: Program;
  readonly secrets: SystemSecrets;
  /** Created when missing; default `tollgate`. */
  readonly databaseName?: string;
  /** Default: a free port, like every other. */
  readonly gatewayPort?: number;
  /** How many gates decide; default 2. */
  readonly gates?: number;
  /** Protected APIs besides the two samples. */
  readonly upstreams?: readonly UpstreamSettings[];
  /** How many questions a call costs, where an upstream does not say; default `two-calls`. */
  readonly lane?: Lane;
  /** Settings in addition, for every process (`all`) or for one. */
  readonly settings?: Readonly<Partial<Record<ServiceProcessName | 'all', NodeJS.ProcessEnv>>>;
  /** What it does and what went wrong, a line each; default: silent. */
  readonly log?: (line: string) => void;
}

/** The whole running system: five services in seven processes, two sample APIs, Envoy. */
export interface System extends AsyncDisposable {
  /** Where clients call, `http://127.0.0.1:port`. */
  readonly baseUrl: string;
  readonly envoyAdminUrl: string;
  readonly ports: Readonly<Record<ServiceProcessName, ProcessPorts>>;
  /** As each service's own database role. */
  readonly databaseUrls: Readonly<Record<ServiceName, string>>;
  readonly secrets: SystemSecrets;
  process(name: ProcessName): SupervisedProcess;
  /**
   * For a system that waits for its first call: the services give back what loading left behind,
   * and stop for some 100 ms meanwhile.
   */
  releaseMemory(): void;
  /** Drains Envoy, then stops everything in reverse; leaves no process. Twice is once. */
  stop(): Promise<void>;
}

/** Provisions the database and starts everything; resolves when all of it serves. */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { servers, secrets, log = () => {} } = options;
  mkdirSync(join(options.folder, 'logs'), { recursive: true });
  const [databaseUrls, programs] = await Promise.all([
    migrateDatabase({
      adminUrl: servers.databaseAdminUrl,
      databaseName: options.databaseName ?? 'tollgate',
      passwords: secrets.databasePasswords,
    }),
    bundleServices(stateFolder(), log),
  ]);
  const services = serviceProcesses(options.gates ?? 2);
  const plan = await planPorts(services, options.gatewayPort);
  const surroundings = { ...servers, ports: plan.services, databaseUrls, secrets };
  const specs = [
    ...services.map((service) => serviceSpec(service, programs, options, surroundings)),
    ...(['messages', 'widgets'] as const).map((name) => sampleSpec(name, plan[name], options)),
    envoySpec(plan, options),
  ];
  const started = new Map(specs.map((spec) => [spec.name, supervise(spec, log)]));

  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= stopAll([...started.values()], plan.envoyAdmin));
  try {
    await Promise.all([...started.values()].map((process) => process.ready()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    baseUrl: `http://127.0.0.1:${plan.gateway}`,
    envoyAdminUrl: `http://127.0.0.1:${plan.envoyAdmin}`,
    ports: plan.services,
    databaseUrls,
    secrets,
    process: (name) => {
      const process = started.get(name);
      if (!process) throw new Error(`There is no process ${name}.`);
      return process;
    },
    releaseMemory: () => {
      for (const process of started.values()) process.releaseMemory();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function stopAll(processes: SupervisedProcess[], envoyAdminPort: number): Promise<void> {
  await drainEnvoy(envoyAdminPort);
  const [envoy, ...rest] = processes.toReversed();
  await envoy?.stop();
  await Promise.all(rest.map((process) => process.stop()));
}

function serviceSpec(
  service: ServiceProcess,
  programs: ServiceBundle,
  { settings = {}, ...options }: SystemOptions,
  surroundings: Parameters<ServiceProcess['environment']>[0],
): ProcessSpec {
  const port = surroundings.ports[service.name]?.admin ?? 0;
  return {
    ...nodeSpec(service.name, programOf(service, programs), options),
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: compileCacheFolder(stateFolder(), serviceUser()),
      ...service.environment(surroundings),
      ...settings.all,
      ...settings[service.name],
    },
    saysReady: true,
    isReady: () => isHttpOk({ port, path: '/readyz' }),
  };
}

function programOf({ main }: ServiceProcess, programs: ServiceBundle): string {
  const program = programs.get(main);
  if (!program) throw new Error(`The bundle of the services has no ${main}.`);
  return program;
}

function sampleSpec(
  name: 'messages' | 'widgets',
  port: number,
  options: SystemOptions,
): ProcessSpec {
  return {
    ...nodeSpec(name, join(checkoutFolder, `examples/${name}/server.mjs`), options),
    env: { ...process.env, PORT: String(port), HOST: '127.0.0.1' },
    isReady: () => isHttpOk({ port, path: '/healthz' }),
  };
}

function nodeSpec(name: string, main: string, { folder }: Pick<SystemOptions, 'folder'>) {
  const logFile = join(folder, 'logs', `${name}.log`);
  return { name, file: process.execPath, args: [main], logFile, user: serviceUser() };
}
