import type { ServiceDefinition } from '@tollgate/runtime/service';

/**
 * Every process that a test can start in its own process, by name. Loaded by path when asked for: a
 * test of one service does not depend on the others.
 */
const processes = {
  auth: async () => (await import('../../../services/auth/src/auth.ts')).auth,
  tenant: async () => (await import('../../../services/tenant/src/tenant.ts')).tenant,
  recorder: async () => (await import('../../../services/metering/src/recorder.ts')).recorder,
  gate: async () => (await import('../../../services/metering/src/gate/gate.ts')).gate,
  billing: async () => (await import('../../../services/billing/src/billing.ts')).billing,
  notification: async () =>
    (await import('../../../services/notification/src/notification.ts')).notification,
} satisfies Record<string, () => Promise<ServiceDefinition<never>>>;

/** Name of a process: a service's, or one of Metering's two. */
export type ProcessName = keyof typeof processes;

/** Every process there is. */
export const processNames = Object.keys(processes) as readonly ProcessName[];

/** What a process is called, reads and does. */
export async function definitionOf(name: ProcessName): Promise<ServiceDefinition<unknown>> {
  // What its own reader reads is what its own start takes; no more is known of it here.
  return (await processes[name]()) as ServiceDefinition<unknown>;
}
