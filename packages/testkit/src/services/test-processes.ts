import type { ServiceName } from '@tollgate/api';
import {
  describeSettings,
  type EnvironmentVariables,
  readSettings,
} from '@tollgate/runtime/config';
import type { Platform, RunningService, ServiceDefinition } from '@tollgate/runtime/service';

/** A process of the system, ready to be started in the test's own. */
export interface TestProcess {
  /** The service it belongs to. */
  readonly service: ServiceName;
  /** What its logs and metrics call it. */
  readonly name: string;
  /** Names of the variables that it reads. */
  readonly variables: ReadonlySet<string>;
  /** Throws a SettingsError for wrong settings. */
  start(variables: EnvironmentVariables, platform: Platform): Promise<RunningService>;
}

/**
 * Every process that a test can start, by name. Loaded when asked for: a test of one service does
 * not depend on the others.
 */
const processes = {
  auth: async () => prepare((await import('@tollgate/auth')).auth),
  tenant: async () => prepare((await import('@tollgate/tenant')).tenant),
  recorder: async () => prepare((await import('@tollgate/metering')).recorder),
  gate: async () => prepare((await import('@tollgate/metering/gate')).gate),
  billing: async () => prepare((await import('@tollgate/billing')).billing),
  notification: async () => prepare((await import('@tollgate/notification')).notification),
} satisfies Record<string, () => Promise<TestProcess>>;

/** Name of a process: a service's, or one of Metering's two. */
export type ProcessName = keyof typeof processes;

/** Loads a process. */
export function loadProcess(name: ProcessName): Promise<TestProcess> {
  return processes[name]();
}

function prepare<C>(definition: ServiceDefinition<C>): TestProcess {
  const { readConfig, start } = definition;
  return {
    service: definition.name,
    name: definition.process ?? definition.name,
    variables: new Set(describeSettings(readConfig).map((setting) => setting.name)),
    start: async (variables, platform) => start(readSettings(variables, readConfig), platform),
  };
}
